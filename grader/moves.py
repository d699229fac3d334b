"""A move of somebody who is the scheduler, in a sandbox: replayed from the program's start, and told."""

import logging
import uuid
from typing import Any

from grader import verdict
from grader.judge import Work
from grader.sandboxes import sandbox
from playground import moves
from sandbox import protocol
from sandbox.errors import SandboxError
from sandbox.pool import Lease

logger = logging.getLogger(__name__)

SANDBOX_AWAY = "No sandbox could be had, which is our fault. Try the move again in a moment."


def answer(name: str, question: dict[str, Any]) -> None:
    """Works a question out and answers it."""
    work = Work(kind="move", seed=0, **question)
    try:
        with sandbox(warm=True).lease(work.limits, f"move:{uuid.uuid4()}") as lease:
            found = _found(work, lease)
            # Removing the sandbox takes a while, for which nobody has to wait.
            moves.answer(name, found)
    except SandboxError as error:
        logger.error("move %s: %s", name, error)
        moves.answer(name, {"move": None, "problem": SANDBOX_AWAY})


def _found(work: Work, lease: Lease) -> dict[str, Any]:
    moved: protocol.Moved | None = None
    said: list[str] = []
    for event in lease.work(work.request()):
        match event:
            case protocol.Moved():
                moved = event
            case protocol.Output(_, "stderr", text):
                said.append(text)
            case protocol.RunDone() if moved is None:
                ended = verdict.of_run(event, work.limits)
                told = ended.message if ended else "The program ended before it could be stopped for a choice."
                return {"move": None, "problem": f"{''.join(said)}\n{told}".strip()}
            case protocol.Fault(_, message):
                logger.error("a move failed: %s", message)
                return {"move": None, "problem": SANDBOX_AWAY}
    assert moved is not None
    return {"move": moved.move, "problem": moved.problem}

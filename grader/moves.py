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

logger = logging.getLogger(__name__)

SANDBOX_AWAY = "No sandbox could be had, which is our fault. Try the move again in a moment."


def answer(name: str, question: dict[str, Any]) -> None:
    """Works a question out and answers it."""
    try:
        found = _found(Work(kind="move", seed=0, **question))
    except SandboxError as error:
        logger.error("move %s: %s", name, error)
        found = {"move": None, "problem": SANDBOX_AWAY}
    moves.answer(name, found)


def _found(work: Work) -> dict[str, Any]:
    moved: protocol.Moved | None = None
    said: list[str] = []
    with sandbox(warm=True).lease(work.limits, f"move:{uuid.uuid4()}") as lease:
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

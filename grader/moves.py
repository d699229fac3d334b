"""A move of somebody who is the scheduler, in a sandbox: replayed from the program's start, and told."""

import logging
import uuid
from collections.abc import Iterator
from typing import Any

from grader import verdict
from grader.judge import Work
from grader.sandboxes import sandbox
from playground import moves
from sandbox import protocol
from sandbox.errors import SandboxError, SandboxLostError

logger = logging.getLogger(__name__)

SANDBOX_AWAY = "No sandbox could be had, which is our fault. Try the move again in a moment."


def answer(name: str, question: dict[str, Any], learner: str) -> None:
    """Works a question out and answers it. learner: whose sandbox may do it; none where it counts."""
    work = Work(kind="move", seed=0, **question)
    answered = False
    try:
        with sandbox(warm=True).lease(work.limits, f"move:{uuid.uuid4()}", learner=learner) as lease:
            events = lease.work(work.request())
            moves.answer(name, _found(work, events))
            answered = True
            # Nobody has to wait for the program's end and for what becomes of the sandbox.
            for _ in events:
                pass
    except SandboxError as error:
        logger.error("move %s: %s", name, error)
        if not answered:
            moves.answer(name, {"move": None, "problem": SANDBOX_AWAY})


def _found(work: Work, events: Iterator[protocol.Event]) -> dict[str, Any]:
    said: list[str] = []
    for event in events:
        match event:
            case protocol.Moved(move, problem):
                return {"move": move, "problem": problem}
            case protocol.Output(_, "stderr", text):
                said.append(text)
            case protocol.RunDone():
                ended = verdict.of_run(event, work.limits)
                told = ended.message if ended else "The program ended before it could be stopped for a choice."
                return {"move": None, "problem": f"{''.join(said)}\n{told}".strip()}
            case protocol.Fault(_, message):
                logger.error("a move failed: %s", message)
                return {"move": None, "problem": SANDBOX_AWAY}
    raise SandboxLostError("it ended without a word about the move")

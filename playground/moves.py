"""Moves of somebody who is the scheduler: asked of a worker, answered at once, and kept nowhere.

A move needs no row: it is a question about a program, a schedule and a step, with the same answer every time. The
broker carries the question, and a list of its own the answer.
"""

import json
import time
import uuid
from dataclasses import asdict, dataclass
from typing import Any

import kombu.exceptions
import redis
from celery import current_app
from django.conf import settings

from playground import streams
from playground.models import Learner
from playground.models.submission import Queue

TASK = "grader.move"

PATIENCE_SECONDS = 20
"""How long a page waits for a worker; what comes later is thrown away."""
_POLL_SECONDS = 2
_KEPT_SECONDS = 30
MINUTE = 60


class TooManyMovesError(Exception):
    """The learner has to wait; the message says how long."""


class NoAnswerError(Exception):
    """No worker answered in time, by our fault; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Question:
    """Where a program is and how far it shall go; as sandbox.explorer.play.play() takes it."""

    source: str
    stdin: str
    schedule: str
    until: int


def ask(learner: Learner, question: Question, *, counts: bool = False) -> str:
    """The worker's answer, as JSON: {"move": sandbox.exploration.Move or None, "problem": why there is none}.

    counts: something is decided by the answer, so it comes from a sandbox that nobody has used. Raises
    TooManyMovesError and NoAnswerError.
    """
    name = str(uuid.uuid4())
    try:
        _count(learner)
        current_app.send_task(
            TASK,
            [name, asdict(question), "" if counts else str(learner.pk)],
            queue=Queue.INTERACTIVE.value,
            retry=False,
            expires=PATIENCE_SECONDS,
        )
        answer = _wait(name)
    except (kombu.exceptions.OperationalError, redis.RedisError, OSError) as error:
        raise NoAnswerError("the queue cannot be reached: try the move again in a moment") from error
    if answer is None:
        raise NoAnswerError("no worker was free in time: try the move again in a moment")
    return answer


def answer(name: str, found: dict[str, Any]) -> None:
    """Called by the worker. Best effort: whoever asked may be gone."""
    client = streams.client()
    with client.pipeline() as pipeline:
        pipeline.lpush(_key(name), json.dumps(found, separators=(",", ":")))
        pipeline.expire(_key(name), _KEPT_SECONDS)
        pipeline.execute()


def _wait(name: str) -> str | None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found: Any = streams.client().blpop([_key(name)], timeout=_POLL_SECONDS)
        if found is not None:
            return str(found[1])
    return None


def _key(name: str) -> str:
    return f"lockstep:move:{name}"


def _count(learner: Learner) -> None:
    client = streams.client()
    key = f"lockstep:moves:{learner.pk}"
    made: Any = client.incr(key)
    if made == 1:
        client.expire(key, MINUTE)
    if made > settings.MOVES_PER_MINUTE:
        raise TooManyMovesError(
            f"you have made {settings.MOVES_PER_MINUTE} moves within a minute, which is all that are answered: "
            "wait a moment"
        )

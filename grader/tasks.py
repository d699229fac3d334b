"""What Celery calls: thin, because the work is in pipeline.py and the truth in the database."""

import logging
import uuid
from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutdown, worker_shutting_down

from grader import moves, pipeline, sweeper
from grader.keeper import keeper
from grader.sandboxes import sandbox
from grader.validation import background
from playground import moves as playground_moves
from playground import validations
from playground.submissions import TASK
from sandbox.errors import SandboxError

logger = logging.getLogger(__name__)


@shared_task(name=TASK)
def work(submission: str) -> None:
    """Works on a submission, if it is free."""
    pipeline.work(uuid.UUID(submission))


@shared_task(name=validations.TASK)
def validate(revision: int) -> None:
    """Works on the validation of a revision for a while, if it is free."""
    background.work(revision)


@shared_task(name=playground_moves.TASK)
def move(name: str, question: dict[str, Any], learner: str) -> None:
    """Answers a move."""
    moves.answer(name, question, learner)


@worker_ready.connect
def begin(**_: Any) -> None:
    sweeper.start()


@worker_shutting_down.connect
def end(**_: Any) -> None:
    sweeper.stop()
    keeper.give_all_back()


@worker_shutdown.connect
def clean_up(**_: Any) -> None:
    """After the last task: what the pool still holds ready."""
    try:
        sandbox(warm=True).close()
    except SandboxError as error:
        logger.warning("sandboxes may be left: %s", error)

"""What Celery calls: thin, because the work is in pipeline.py and the truth in the database."""

import uuid
from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down

from grader import pipeline, sweeper
from grader.keeper import keeper
from playground.submissions import TASK


@shared_task(name=TASK)
def work(submission: str) -> None:
    """Works on a submission, if it is free."""
    pipeline.work(uuid.UUID(submission))


@worker_ready.connect
def begin(**_: Any) -> None:
    sweeper.start()


@worker_shutting_down.connect
def end(**_: Any) -> None:
    sweeper.stop()
    keeper.give_all_back()

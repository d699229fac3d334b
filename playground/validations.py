"""The life of a validation, and what it is for: a revision made in the admin is published when it is green.

As with submissions, the database says who works on it, by conditional updates, and the broker carries ids that it may
lose or repeat. A worker takes a slice of the work, keeps what came out and puts the rest back behind everything that
learners wait for. It renews its lease while it works (grader/keeper.py), so that what a dead worker held is soon free.
"""

import logging
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import kombu.exceptions
import redis
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from playground import leaderboard
from playground.models import Challenge, Revision, Validation
from playground.submissions import LEASE

logger = logging.getLogger(__name__)

TASK = "grader.validate"
QUEUE = "validate"
"""The last that workers look into."""
PUBLISH_AGAIN = timedelta(seconds=60)
"""For a message that was lost; that of a dead worker's slice is published at once when its lease has run out."""
MOST_FAILURES = 3


class NotGreenError(Exception):
    """A revision that may not be published; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a validation."""

    revision: int
    token: uuid.UUID


@dataclass(frozen=True, slots=True)
class Stand:
    """How far it is; fields as in models.Validation."""

    done: int
    total: int
    tests: list[str]
    rows: list[dict[str, Any]]
    problems: list[dict[str, str]]
    report: dict[str, Any]


def request(revision: Revision) -> None:
    """Begins from the start, whatever there was before."""
    now = timezone.now()
    blank = {
        field.name: field.get_default()
        for field in Validation._meta.concrete_fields
        if field.name not in ("id", "revision")
    }
    values = {**blank, "seeds": settings.VALIDATION_SEEDS, "started": now, "published": now}
    Validation.objects.update_or_create(revision=revision, defaults=values)
    transaction.on_commit(partial(_send, revision.pk))


def _send(revision: int) -> bool:
    try:
        current_app.send_task(TASK, [revision], queue=QUEUE, retry=False)
    except (kombu.exceptions.OperationalError, redis.RedisError, OSError) as error:
        logger.warning("the validation of revision %d waits, the broker cannot be reached: %s", revision, error)
        return False
    return True


def claim(revision: int) -> Claim | None:
    """Takes it to work on; None where another has it or it is finished."""
    now = timezone.now()
    token = uuid.uuid4()
    free = Q(token=None) | Q(lease__lt=now)
    won = Validation.objects.filter(free, revision=revision, green=None).update(
        token=token, lease=now + LEASE, delayed=""
    )
    return Claim(revision, token) if won else None


def renew(claims: Collection[Claim]) -> set[Claim]:
    """Extends the leases; the claims that still hold. The others are lost: stop working on them."""
    _of(claims).update(lease=timezone.now() + LEASE)
    return still_held(claims)


def still_held(claims: Collection[Claim]) -> set[Claim]:
    """Those of the claims that hold, without renewing them."""
    alive = set(_of(claims).values_list("token", flat=True))
    return {claim for claim in claims if claim.token in alive}


def _of(claims: Collection[Claim]) -> QuerySet[Validation]:
    return Validation.objects.filter(token__in=[claim.token for claim in claims], green=None)


def put_back(claim: Claim, stand: Stand) -> bool:
    """Keeps what came out and queues the rest; says whether the claim still held."""
    return _leave(claim, failures=0, **_fields(stand))


def finish(claim: Claim, stand: Stand) -> bool:
    """The end; says whether the claim still held."""
    green = not any(problem["level"] == "error" for problem in stand.problems)
    won = _of([claim]).update(token=None, lease=None, green=green, finished=timezone.now(), **_fields(stand))
    return bool(won)


def give_back(claim: Claim, why: str, *, wait: timedelta = PUBLISH_AGAIN, failed: bool) -> None:
    """It could not be worked on: queued again after wait, or ended where that was our fault too often."""
    _release(_of([claim]), why, wait, failed=failed)


def _release(which: QuerySet[Validation], why: str, wait: timedelta, *, failed: bool) -> None:
    now = timezone.now()
    if failed:
        problem = {"level": "error", "text": f"it could not be validated, by a fault of ours: {why}"}
        ended = which.filter(failures__gte=MOST_FAILURES - 1)
        ended.update(token=None, lease=None, green=False, finished=now, problems=[problem])
    which.update(
        token=None,
        lease=None,
        delayed=why[:300],
        failures=F("failures") + int(failed),
        published=now + wait - PUBLISH_AGAIN,
    )


def _leave(claim: Claim, **values: Any) -> bool:
    won = _of([claim]).update(token=None, lease=None, published=timezone.now(), **values)
    if won:
        transaction.on_commit(partial(_send, claim.revision))
    return bool(won)


def _fields(stand: Stand) -> dict[str, Any]:
    return {name: getattr(stand, name) for name in Stand.__dataclass_fields__}


def take_back() -> int:
    """Publishes again what a dead worker held and what has waited long enough; says how many.

    Safe to run in every worker at once.
    """
    dead = Validation.objects.filter(green=None, lease__lt=timezone.now())
    _release(dead, "the worker that was at it died", timedelta(0), failed=True)
    now = timezone.now()
    due = Validation.objects.filter(token=None, green=None, published__lte=now - PUBLISH_AGAIN)
    count = 0
    for revision, published in due.values_list("revision", "published"):
        won = Validation.objects.filter(revision=revision, published=published).update(published=now)
        count += bool(won and _send(revision))
    return count


@transaction.atomic
def publish(revision: Revision) -> None:
    """Makes it the one that learners meet. Raises NotGreenError."""
    if why := refusal(revision):
        raise NotGreenError(f"Revision {revision.number} is not published: {why}")
    with transaction.atomic():
        Challenge.objects.filter(pk=revision.challenge_id).update(current=revision)
        leaderboard.repoint(revision.challenge)


def refusal(revision: Revision) -> str:
    """Why a revision may not be published; empty where it may."""
    row = Validation.objects.filter(revision=revision).first()
    if row is None:
        return "it has not been validated yet."
    if row.green is None:
        return f"its validation is still going on ({row.done} of {row.total or '?'} gradings)."
    if not row.green:
        many = len(row.errors)
        return f"its validation found {many} error{'s' if many != 1 else ''}."
    return ""

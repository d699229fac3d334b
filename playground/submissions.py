"""The life of a submission. The functions here are the only writers of its state.

    queued --claim--> running --finish--> done
       ^                 |
       +--give_back------+            cancel and rejudge lead to done and back to queued

Every step is one conditional UPDATE whose row count says who won, so that two workers, a stop and a sweeper can race
for the same row and exactly one of them is right. A claim has a token and a lease; a worker whose lease ran out (it
died, or was cut off) has lost the row, and whatever it still says no longer matches the token. The broker carries
nothing but ids and may lose or repeat them: what is queued is published again by the sweeper.
"""

import logging
import secrets
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
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

from lockstep.source import check_source
from lockstep.verdicts import State, Verdict
from playground import leaderboard, streams
from playground.models import Learner, Revision, Submission, TestResult
from playground.models.submission import Kind

logger = logging.getLogger(__name__)

TASK = "grader.work"
INTERACTIVE = "interactive"
REJUDGE = "rejudge"

LEASE = timedelta(seconds=15)
"""How long a claim holds without being renewed; a dead worker's submission waits this long."""
PUBLISH_AGAIN = timedelta(seconds=20)
MOST_FAILURES = 3
"""After so many attempts that failed by our fault the verdict is INTERNAL_ERROR."""
OUTPUT_KEPT = 64 * 1024
"""Characters of output that the row keeps."""
BROKER_AWAY = "Grading is delayed: the queue cannot be reached. Your submission is kept and starts when it is back."


class TooManyInFlightError(Exception):
    """The learner has as many submissions queued or running as allowed; the message says how many."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a submission, for as long as the lease is renewed."""

    submission: uuid.UUID
    token: uuid.UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class TestRow:
    """What finish() writes of one test; fields as in models.TestResult."""

    index: int
    name: str
    visible: bool
    verdict: Verdict
    message: str
    detail: str
    line: int | None
    schedule: str | None
    seconds: float
    stacks: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What finish() writes. verdict is None for a run that ended by itself."""

    verdict: Verdict | None
    message: str
    seconds: float
    tests: list[TestRow] = field(default_factory=list)
    output: list[dict[str, Any]] = field(default_factory=list)
    python: str = ""
    sandbox: str = ""


def submit(
    learner: Learner, kind: Kind, source: str | bytes, *, revision: Revision | None = None, stdin: str = ""
) -> Submission:
    """Takes source in and queues it.

    Raises BadSourceError for what cannot be accepted and TooManyInFlightError where the learner has to wait.
    """
    text = check_source(source)
    now = timezone.now()
    with transaction.atomic():
        open_now = learner.submissions.exclude(state=State.DONE).count()
        if open_now >= settings.IN_FLIGHT_PER_LEARNER:
            raise TooManyInFlightError(
                f"{open_now} of your programs are still queued or running, which is all you may have at once: "
                "wait for one to end, or stop it"
            )
        submission = Submission.objects.create(
            learner=learner,
            kind=kind,
            revision=revision,
            source=text,
            stdin=stdin,
            seed=secrets.randbits(48),
            published=now,
        )
        transaction.on_commit(partial(publish, submission.id))
    return submission


def publish(submission: uuid.UUID, queue: str = INTERACTIVE) -> None:
    """Gives the id to the broker. Where that fails the row says so, and the sweeper tries again."""
    try:
        current_app.send_task(TASK, [str(submission)], queue=queue, retry=False)
    except (kombu.exceptions.OperationalError, redis.RedisError, OSError) as error:
        logger.warning("submission %s stays queued, the broker cannot be reached: %s", submission, error)
        Submission.objects.filter(id=submission, state=State.QUEUED).update(delayed=BROKER_AWAY)


def claim(submission: uuid.UUID) -> Claim | None:
    """Takes a submission to work on; None where another has it or it is done."""
    now = timezone.now()
    token = uuid.uuid4()
    free = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease__lt=now)
    with transaction.atomic():
        row = Submission.objects.select_for_update().filter(free, id=submission).first()
        if row is None:
            return None
        attempt = row.attempt + 1
        won = Submission.objects.filter(free, id=submission, attempt=row.attempt).update(
            state=State.RUNNING, token=token, lease=now + LEASE, attempt=attempt, delayed=""
        )
    if not won:
        return None
    streams.announce(submission, attempt)
    return Claim(submission, token, attempt)


def renew(claims: Collection[Claim]) -> set[Claim]:
    """Extends the leases; the claims that still hold. The others are lost: stop working on them."""
    if not claims:
        return set()
    _of(claims).update(lease=timezone.now() + LEASE)
    return still_held(claims)


def still_held(claims: Collection[Claim]) -> set[Claim]:
    """Those of the claims that hold, without renewing them."""
    alive = set(_of(claims).values_list("token", flat=True))
    return {claim for claim in claims if claim.token in alive}


def _of(claims: Collection[Claim]) -> QuerySet[Submission]:
    return Submission.objects.filter(token__in=[claim.token for claim in claims], state=State.RUNNING)


def finish(claim: Claim, outcome: Outcome) -> bool:
    """Writes the verdict, if the claim still holds; says whether it did."""
    with transaction.atomic():
        won = Submission.objects.filter(id=claim.submission, token=claim.token, state=State.RUNNING).update(
            state=State.DONE,
            token=None,
            lease=None,
            delayed="",
            finished=timezone.now(),
            verdict=outcome.verdict or "",
            message=outcome.message,
            seconds=outcome.seconds,
            output=_bounded(outcome.output),
            python=outcome.python,
            sandbox=outcome.sandbox,
        )
        if won:
            TestResult.objects.bulk_create(
                TestResult(
                    submission_id=claim.submission,
                    index=test.index,
                    name=test.name,
                    visible=test.visible,
                    verdict=test.verdict,
                    message=test.message,
                    detail=test.detail,
                    line=test.line,
                    schedule=test.schedule,
                    seconds=test.seconds,
                    stacks=test.stacks,
                )
                for test in outcome.tests
            )
            if outcome.verdict == Verdict.ACCEPTED:
                _record(claim.submission)
    if won:
        streams.announce(claim.submission, claim.attempt)
    return bool(won)


def give_back(claim: Claim, why: str, *, wait: timedelta, failed: bool) -> None:
    """Puts a submission that could not be worked on back into the queue.

    why is shown to the learner; the sweeper publishes it again after wait. failed counts the attempt against
    MOST_FAILURES; waiting for an engine that is down does not.
    """
    with transaction.atomic():
        held = Submission.objects.filter(id=claim.submission, token=claim.token, state=State.RUNNING)
        held.update(
            state=State.QUEUED,
            token=None,
            lease=None,
            delayed=why,
            failures=F("failures") + failed,
            published=timezone.now() + wait - PUBLISH_AGAIN,
        )
        _give_up(Q(id=claim.submission))
    streams.announce(claim.submission, claim.attempt)


def _give_up(which: Q) -> None:
    """Our faults come to an end: what has failed too often gets its verdict, which blames nobody but us."""
    Submission.objects.filter(which, state=State.QUEUED, failures__gte=MOST_FAILURES).update(
        state=State.DONE,
        delayed="",
        finished=timezone.now(),
        verdict=Verdict.INTERNAL_ERROR,
        message=Verdict.INTERNAL_ERROR.explanation,
    )


def cancel(submission: uuid.UUID) -> bool:
    """Ends a submission at its learner's wish, queued or running; says whether there was something to end.

    The worker notices within half a second that its claim no longer holds, and removes the sandbox.
    """
    won = (
        Submission.objects.filter(id=submission)
        .exclude(state=State.DONE)
        .update(
            state=State.DONE,
            token=None,
            lease=None,
            delayed="",
            finished=timezone.now(),
            verdict=Verdict.CANCELLED,
            message=Verdict.CANCELLED.explanation,
        )
    )
    if won:
        attempt = Submission.objects.values_list("attempt", flat=True).get(id=submission)
        streams.announce(submission, attempt)
    return bool(won)


def rejudge(submissions: Iterable[Submission]) -> int:
    """Grades again what is done, behind what learners wait for; says how many were queued."""
    count = 0
    for submission in submissions:
        with transaction.atomic():
            won = Submission.objects.filter(id=submission.id, state=State.DONE, kind=Kind.SUBMIT).update(
                state=State.QUEUED,
                verdict="",
                message="",
                seconds=None,
                finished=None,
                failures=0,
                output=[],
                published=timezone.now(),
            )
            if won:
                TestResult.objects.filter(submission=submission).delete()
                _record(submission.id)
                transaction.on_commit(partial(publish, submission.id, REJUDGE))
        count += won
    return count


def take_back() -> int:
    """Queues again what a dead worker held, and publishes what has waited long enough; says how many.

    Safe to run in every worker at once.
    """
    now = timezone.now()
    dead = Submission.objects.filter(state=State.RUNNING, lease__lt=now)
    count = 0
    for submission, token in dead.values_list("id", "token"):
        count += Submission.objects.filter(id=submission, token=token, state=State.RUNNING, lease__lt=now).update(
            state=State.QUEUED, token=None, lease=None, published=now - PUBLISH_AGAIN, failures=F("failures") + 1
        )
    _give_up(Q())
    due = now - PUBLISH_AGAIN
    waiting = Submission.objects.filter(state=State.QUEUED, published__lte=due).order_by("created")
    for submission, published in waiting.values_list("id", "published")[:500]:
        if Submission.objects.filter(id=submission, state=State.QUEUED, published=published).update(published=now):
            publish(submission)
    return count


def position(submission: Submission) -> int:
    """Its place in the queue; 1 is the next."""
    return Submission.objects.filter(state=State.QUEUED, created__lt=submission.created).count() + 1


def _record(submission: uuid.UUID) -> None:
    row = Submission.objects.select_related("learner", "revision__challenge").get(id=submission)
    if row.revision is not None:
        leaderboard.record(row.learner, row.revision.challenge)


def _bounded(output: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept, room = [], OUTPUT_KEPT
    for piece in output:
        if room <= 0:
            break
        kept.append({**piece, "text": piece["text"][:room]})
        room -= len(piece["text"])
    return kept

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
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import kombu.exceptions
import redis
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.utils import timezone

from lockstep.source import check_source
from lockstep.verdicts import State, Verdict
from playground import leaderboard, streams
from playground.models import Learner, Revision, Submission, TestResult
from playground.models.submission import Interpreter, Kind, Queue

logger = logging.getLogger(__name__)

TASK = "grader.work"

LEASE = timedelta(seconds=15)
"""How long a claim holds without being renewed; a dead worker's submission waits this long."""
PUBLISH_AGAIN = timedelta(seconds=5)
MINUTE = timedelta(minutes=1)
MOST_FAILURES = 3
"""After so many attempts that failed by our fault the verdict is INTERNAL_ERROR."""
OUTPUT_KEPT = 64 * 1024
"""Characters of output that the row keeps."""
PIECE_COSTS = 64
"""Characters that a piece of output counts for besides its text, so that many tiny ones are bounded too."""
BROKER_AWAY = "Grading is delayed: the queue cannot be reached. Your submission is kept and starts when it is back."


class TooManyError(Exception):
    """The learner has to wait, or to sign up; the message says what there is too much of."""


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
    finding: Any = None


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
    report: Any = None
    """Of an exploration."""


def submit(
    learner: Learner,
    kind: Kind,
    source: str | bytes,
    *,
    revision: Revision | None = None,
    stdin: str = "",
    schedule: str = "",
    interpreter: Interpreter = Interpreter.USUAL,
) -> Submission:
    """Takes source in and queues it.

    Raises BadSourceError for what cannot be accepted and TooManyError where the learner has to wait.
    """
    text = check_source(source)
    with transaction.atomic():
        # Two at once from two pages would each see room for one; SQLite's transactions come one after the other.
        Learner.objects.select_for_update().get(id=learner.id)
        _refuse_too_many(learner)
        submission = Submission.objects.create(
            learner=learner,
            kind=kind,
            revision=revision,
            source=text,
            stdin=stdin,
            schedule=schedule,
            interpreter=interpreter,
            seed=secrets.randbits(48),
            published=timezone.now(),
        )
        transaction.on_commit(partial(publish, submission.id))
    return submission


def _refuse_too_many(learner: Learner) -> None:
    # What is graded again at somebody else's wish does not count.
    open_now = learner.submissions.filter(queue=Queue.INTERACTIVE).exclude(state=State.DONE).count()
    if open_now >= settings.IN_FLIGHT_PER_LEARNER:
        raise TooManyError(
            f"{open_now} of your programs are still queued or running, which is all you may have at once: "
            "wait for one to end, or stop it"
        )
    if learner.submissions.filter(created__gt=timezone.now() - MINUTE).count() >= settings.PROGRAMS_PER_MINUTE:
        raise TooManyError(
            f"you have sent {settings.PROGRAMS_PER_MINUTE} programs within a minute, which is all that are taken: "
            "wait a moment"
        )
    if learner.is_guest and learner.submissions.count() >= settings.GUEST_PROGRAMS:
        raise TooManyError(
            f"you have sent {settings.GUEST_PROGRAMS} programs, which is all a guest may have: "
            "sign up to go on, and all of them come along"
        )


def publish(submission: uuid.UUID, queue: str = Queue.INTERACTIVE.value) -> bool:
    """Gives the id to the broker; says whether it took it. If not, the row says so and the sweeper tries again."""
    try:
        current_app.send_task(TASK, [str(submission)], queue=queue, retry=False)
    except (kombu.exceptions.OperationalError, redis.RedisError, OSError) as error:
        logger.warning("submission %s stays queued, the broker cannot be reached: %s", submission, error)
        Submission.objects.filter(id=submission, state=State.QUEUED).update(delayed=BROKER_AWAY)
        return False
    return True


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
        # Whoever held it and let the lease run out has failed, as when the sweeper takes it back.
        failed = int(row.state == State.RUNNING)
        won = Submission.objects.filter(free, id=submission, attempt=row.attempt).update(
            state=State.RUNNING,
            token=token,
            lease=now + LEASE,
            attempt=attempt,
            failures=F("failures") + failed,
            delayed="",
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
            message=_storable(outcome.message),
            seconds=outcome.seconds,
            output=_storable(_bounded(outcome.output)),
            python=outcome.python,
            sandbox=outcome.sandbox,
            report=_storable(outcome.report),
        )
        if won:
            TestResult.objects.bulk_create(
                TestResult(
                    submission_id=claim.submission,
                    index=test.index,
                    name=_storable(test.name)[:300],
                    visible=test.visible,
                    verdict=test.verdict,
                    message=_storable(test.message),
                    detail=_storable(test.detail),
                    line=test.line,
                    schedule=test.schedule,
                    seconds=test.seconds,
                    stacks=_storable(test.stacks),
                    finding=_storable(test.finding),
                )
                for test in outcome.tests
            )
            if outcome.verdict != Verdict.INTERNAL_ERROR:
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
            failures=F("failures") + int(failed),
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
    with transaction.atomic():
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
            _record(submission)
    if won:
        attempt = Submission.objects.values_list("attempt", flat=True).get(id=submission)
        streams.announce(submission, attempt)
    return bool(won)


def rejudge(submissions: Iterable[Submission]) -> int:
    """Grades again what is done, behind what learners wait for; says how many were queued.

    Against the revision that is current now: an instructor has mended the tests, mostly. Until there is a new verdict
    (and where there is none by our fault) what was solved stays solved.
    """
    count = 0
    queued: list[uuid.UUID] = []
    for submission in submissions:
        with transaction.atomic():
            graded = Submission.objects.filter(id=submission.id, state=State.DONE, kind=Kind.SUBMIT)
            current = graded.values_list("revision__challenge__current", flat=True).first()
            won = graded.update(
                revision=current or F("revision"),
                state=State.QUEUED,
                queue=Queue.REJUDGE,
                verdict="",
                message="",
                seconds=None,
                finished=None,
                failures=0,
                output=[],
                python="",
                sandbox="",
                published=timezone.now(),
            )
            if won:
                TestResult.objects.filter(submission=submission).delete()
                queued.append(submission.id)
        count += won
    transaction.on_commit(partial(_publish_all, queued, Queue.REJUDGE.value))
    return count


def _publish_all(submissions: Iterable[uuid.UUID], queue: str) -> None:
    # A broker that hangs costs seconds each time: after the first failure the rest is left to the sweeper.
    all(publish(submission, queue) for submission in submissions)


def take_back() -> int:
    """Queues again what a dead worker held, and publishes what has waited long enough; says how many were queued.

    Safe to run in every worker at once.
    """
    now = timezone.now()
    dead = Submission.objects.filter(state=State.RUNNING, lease__lt=now)
    count = 0
    for submission, token, attempt in dead.values_list("id", "token", "attempt"):
        taken = Submission.objects.filter(id=submission, token=token, state=State.RUNNING, lease__lt=now).update(
            state=State.QUEUED, token=None, lease=None, published=now - PUBLISH_AGAIN, failures=F("failures") + 1
        )
        if taken:
            streams.announce(submission, attempt)
        count += taken
    _give_up(Q())
    for queue in Queue.values:
        _publish_waiting(queue, now)
    return count


def _publish_waiting(queue: str, now: datetime) -> None:
    waiting = Submission.objects.filter(state=State.QUEUED, queue=queue)
    due = waiting.filter(published__lte=now - PUBLISH_AGAIN)
    if not due.exists():
        return
    # Where a message waits in the broker for every row that is queued, none was lost and more would only pile up. With
    # fewer, the oldest are published: one too many does no harm, and the one that was lost gets its turn.
    held = _messages(queue)
    if held is None:
        due.update(delayed=BROKER_AWAY)
        return
    room = waiting.count() - held
    for submission, published in due.order_by("created").values_list("id", "published")[: max(0, room)]:
        won = Submission.objects.filter(id=submission, state=State.QUEUED, published=published).update(published=now)
        if won and not publish(submission, queue):
            due.update(delayed=BROKER_AWAY)
            return
    waiting.filter(delayed=BROKER_AWAY).update(delayed="")


def _messages(queue: str) -> int | None:
    """How many messages wait in a queue of the broker; None where it cannot be reached."""
    try:
        with current_app.connection_for_write() as link:
            channel: Any = link.default_channel
            return int(channel.queue_declare(queue=queue).message_count)
    except (kombu.exceptions.OperationalError, redis.RedisError, OSError) as error:
        logger.warning("what is queued cannot be published, the broker cannot be reached: %s", error)
        return None


def in_line() -> QuerySet[Submission]:
    """What is queued, in the order in which workers take it: what learners wait for before what is graded again."""
    return Submission.objects.filter(state=State.QUEUED).order_by(
        Case(When(queue=Queue.INTERACTIVE, then=0), default=1), "created"
    )


def _record(submission: uuid.UUID) -> None:
    row = Submission.objects.select_related("learner", "revision__challenge").get(id=submission)
    if row.revision is not None:
        leaderboard.record(row.learner, row.revision.challenge)


def _bounded(output: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first part of the output, with pieces joined that follow each other on the same stream."""
    kept: list[dict[str, Any]] = []
    room = OUTPUT_KEPT
    for piece in output:
        if room <= 0:
            break
        text = piece["text"][:room]
        if kept and all(kept[-1][name] == piece[name] for name in ("test", "stream", "thread")):
            kept[-1]["text"] += text
        else:
            kept.append({**piece, "text": text})
            room -= PIECE_COSTS
        room -= len(text)
    return kept


def _storable(value: Any) -> Any:
    """The same without NUL characters, which programs may print and PostgreSQL does not store."""
    match value:
        case str():
            return value.replace("\0", "\N{SYMBOL FOR NULL}")
        case list():
            return [_storable(item) for item in value]
        case dict():
            return {name: _storable(item) for name, item in value.items()}
    return value

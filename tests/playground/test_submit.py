"""Taking a submission in: what is kept, what is refused, and what happens while the broker is away."""

import json
import time

import pytest
import redis
from django.conf import settings
from django.db import transaction

from lockstep.source import BadSourceError
from lockstep.verdicts import State
from playground import streams, submissions
from playground.models import Learner, Revision, Submission
from playground.models.submission import Kind
from playground.submissions import TooManyError
from tests.playground import make
from tests.playground.conftest import Broker
from tests.playground.make import at_once

pytestmark = make.committed
QUEUE = "lockstep:interactive"


def messages(client: redis.Redis, queue: str = QUEUE) -> list[str]:
    """The ids in a queue, oldest first."""
    found: list[str] = client.lrange(queue, 0, -1)  # type: ignore[assignment]
    return [json.loads(one)["headers"]["argsrepr"].strip("['],()") for one in reversed(found)]


def test_a_submission_is_queued_and_given_to_the_broker(
    learner: Learner, revision: Revision, valkey: redis.Redis
) -> None:
    row = submissions.submit(learner, Kind.SUBMIT, "x = 1\n", revision=revision, stdin="in")
    row.refresh_from_db()
    assert (row.state, row.verdict, row.attempt, row.failures, row.delayed) == (State.QUEUED, "", 0, 0, "")
    assert (row.source, row.stdin, row.revision, row.learner) == ("x = 1\n", "in", revision, learner)
    assert messages(valkey) == [str(row.id)]


def test_what_is_refused_leaves_no_row(learner: Learner, valkey: redis.Redis) -> None:
    for source in ("", "\0", "\ud800", b"\xff", "x" * 65_537):
        with pytest.raises(BadSourceError):
            submissions.submit(learner, Kind.RUN, source)
    assert not Submission.objects.exists()
    assert messages(valkey) == []


def test_seeds_differ_and_fit(learner: Learner, valkey: redis.Redis) -> None:
    rows = [make.submission(learner) for _ in range(3)]
    assert len({row.seed for row in rows}) == 3
    assert all(0 <= row.seed < 2**48 for row in rows)


def test_no_more_in_flight_than_allowed_and_the_message_says_what_to_do(learner: Learner, valkey: redis.Redis) -> None:
    rows = [make.submission(learner) for _ in range(settings.IN_FLIGHT_PER_LEARNER)]
    submissions.claim(rows[0].id)
    with pytest.raises(TooManyError, match=r"3 of your programs .*: wait for one to end, or stop it"):
        make.submission(learner)
    make.submission(make.learner("grace"))
    submissions.cancel(rows[0].id)
    make.submission(learner)


def test_many_at_once_do_not_get_past_the_limit(learner: Learner, valkey: redis.Redis) -> None:
    found = at_once([lambda: make.submission(learner)] * 8)
    refused = [error for error in found if isinstance(error, TooManyError)]
    assert Submission.objects.count() == settings.IN_FLIGHT_PER_LEARNER
    assert len(refused) == 8 - settings.IN_FLIGHT_PER_LEARNER


def test_what_is_graded_again_does_not_count(learner: Learner, revision: Revision, valkey: redis.Redis) -> None:
    done = [make.graded(learner, revision) for _ in range(5)]
    assert submissions.rejudge(done) == 5
    make.submission(learner)


def test_while_the_broker_is_down_it_is_kept_and_says_so_at_once(learner: Learner, broker: Broker) -> None:
    broker.kill()
    began = time.monotonic()
    row = make.submission(learner)
    assert time.monotonic() - began < 2
    row.refresh_from_db()
    assert (row.state, row.delayed) == (State.QUEUED, submissions.BROKER_AWAY)


def test_when_the_broker_is_back_it_is_published_and_no_longer_delayed(learner: Learner, broker: Broker) -> None:
    broker.kill()
    rows = [make.submission(learner) for _ in range(2)]
    make.aged(Submission.objects)
    submissions.take_back()
    assert set(Submission.objects.values_list("delayed", flat=True)) == {submissions.BROKER_AWAY}
    broker.start()
    submissions.take_back()
    assert messages(streams.client()) == [str(row.id) for row in rows]
    assert set(Submission.objects.values_list("delayed", flat=True)) == {""}


def test_a_broker_that_hangs_holds_nobody_up_for_long(learner: Learner, broker: Broker) -> None:
    make.submission(learner)
    broker.hang()
    began = time.monotonic()
    row = make.submission(learner)
    assert time.monotonic() - began < 10
    broker.go_on()
    row.refresh_from_db()
    assert (row.state, row.delayed) == (State.QUEUED, submissions.BROKER_AWAY)


def test_a_transaction_that_fails_publishes_nothing(learner: Learner, valkey: redis.Redis) -> None:
    with transaction.atomic():
        make.submission(learner)
        transaction.set_rollback(True)
    assert not Submission.objects.exists()
    assert messages(valkey) == []

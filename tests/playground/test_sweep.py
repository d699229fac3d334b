"""What every worker's sweeper does: takes back what the dead held, publishes what waits, each once."""

import threading
import uuid

import pytest
import redis
from celery import current_app

from lockstep.verdicts import State
from playground import submissions
from playground.models import Learner, Revision, Submission
from tests.playground import make
from tests.playground.make import at_once
from tests.playground.test_submit import messages

pytestmark = make.committed
REJUDGE = "lockstep:rejudge"


@pytest.fixture
def waiting(learner: Learner, valkey: redis.Redis) -> list[str]:
    """Ids of what is queued, oldest first, whose messages were lost and which has waited long enough."""
    rows = [make.submission(owner) for owner in (learner, make.learner(), make.learner()) for _ in range(3)]
    valkey.flushall()
    make.aged(Submission.objects)
    return [str(row.id) for row in rows]


def test_what_was_lost_is_published_again_oldest_first(waiting: list[str], valkey: redis.Redis) -> None:
    assert submissions.take_back() == 0
    assert messages(valkey) == waiting


def test_many_sweepers_at_once_publish_each_row_once(waiting: list[str], valkey: redis.Redis) -> None:
    assert at_once([submissions.take_back] * 6) == [0] * 6
    assert sorted(messages(valkey)) == sorted(waiting)


def test_a_long_queue_does_not_grow_by_waiting(waiting: list[str], valkey: redis.Redis) -> None:
    for _ in range(4):
        make.aged(Submission.objects)
        submissions.take_back()
    assert messages(valkey) == waiting


def test_one_lost_message_among_many_is_found(waiting: list[str], valkey: redis.Redis) -> None:
    submissions.take_back()
    lost = waiting[-1]
    valkey.lpop("lockstep:interactive")
    assert lost not in messages(valkey)
    while True:
        make.aged(Submission.objects)
        submissions.take_back()
        if lost in messages(valkey):
            break
        assert len(messages(valkey)) <= Submission.objects.filter(state=State.QUEUED).count()
        # A worker takes the next message, whose row may be done already.
        taken = messages(valkey)[0]
        valkey.rpop("lockstep:interactive")
        submissions.cancel(uuid.UUID(taken))
    assert Submission.objects.get(id=lost).state == State.QUEUED


def test_what_was_just_published_is_left_alone(learner: Learner, valkey: redis.Redis) -> None:
    row = make.submission(learner)
    submissions.take_back()
    assert messages(valkey) == [str(row.id)]


def test_what_a_dead_worker_held_is_queued_and_published(learner: Learner, valkey: redis.Redis) -> None:
    alive, dead = make.submission(learner), make.submission(learner)
    claim = make.claimed(dead)
    make.aged(Submission.objects)
    make.claimed(alive)
    valkey.flushall()
    assert submissions.take_back() == 1
    dead.refresh_from_db()
    assert (dead.state, dead.token, dead.failures) == (State.QUEUED, None, 1)
    assert messages(valkey) == [str(dead.id)]
    assert submissions.renew([claim]) == set()


def test_many_sweepers_at_once_count_a_failure_once(learner: Learner, valkey: redis.Redis) -> None:
    row = make.submission(learner)
    make.claimed(row)
    make.aged(Submission.objects)
    assert sorted(at_once([submissions.take_back] * 6)) == [0] * 5 + [1]
    row.refresh_from_db()
    assert row.failures == 1


def test_what_is_graded_again_stays_behind_what_learners_wait_for(
    learner: Learner, revision: Revision, valkey: redis.Redis
) -> None:
    again = make.graded(learner, revision)
    submissions.rejudge([again])
    assert messages(valkey, REJUDGE) == [str(again.id)]
    row = make.submission(learner)
    valkey.flushall()
    make.aged(Submission.objects)
    submissions.take_back()
    assert messages(valkey, REJUDGE) == [str(again.id)]
    assert messages(valkey) == [str(row.id)]
    assert list(submissions.in_line()) == [row, again]


def test_a_broker_that_is_away_is_asked_once_and_not_for_every_row(
    waiting: list[str], valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def away(*args: object, **options: object) -> None:
        asked.append("")
        raise ConnectionError("away")

    monkeypatch.setattr(current_app, "send_task", away)
    submissions.take_back()
    assert len(asked) == 1
    assert set(Submission.objects.values_list("delayed", flat=True)) == {submissions.BROKER_AWAY}


def test_sweeping_beside_workers_that_claim_and_finish_loses_and_repeats_nothing(
    waiting: list[str], valkey: redis.Redis
) -> None:
    done: list[str] = []
    stop = threading.Event()

    def sweep() -> None:
        while not stop.is_set():
            submissions.take_back()

    def work() -> None:
        while not stop.is_set():
            for key in waiting:
                claim = submissions.claim(uuid.UUID(key))
                if claim and submissions.finish(claim, make.outcome(None)):
                    done.append(key)
            if len(done) >= len(waiting):
                stop.set()

    at_once([sweep, work, work, sweep])
    assert sorted(done) == sorted(waiting)

"""What could not be worked on goes back into the queue; what fails by our fault too often ends."""

from datetime import timedelta

import pytest
import redis
from django.utils import timezone

from lockstep.verdicts import State, Verdict
from playground import submissions
from playground.models import Learner, Submission
from tests.playground import make
from tests.playground.test_submit import messages

pytestmark = [make.committed, pytest.mark.usefixtures("valkey")]


def test_it_is_queued_again_and_says_why(learner: Learner) -> None:
    row = make.submission(learner)
    claim = make.claimed(row)
    submissions.give_back(claim, "no engine", wait=timedelta(seconds=5), failed=False)
    row.refresh_from_db()
    assert (row.state, row.delayed, row.failures, row.token, row.lease) == (State.QUEUED, "no engine", 0, None, None)
    again = make.claimed(row)
    assert again.attempt == claim.attempt + 1
    row.refresh_from_db()
    assert row.delayed == ""


def test_it_is_published_again_after_the_wait_and_not_before(learner: Learner, valkey: redis.Redis) -> None:
    row = make.submission(learner)
    submissions.give_back(make.claimed(row), "", wait=timedelta(seconds=5), failed=False)
    valkey.flushall()
    submissions.take_back()
    assert messages(valkey) == []
    due = Submission.objects.get(id=row.id).published + submissions.PUBLISH_AGAIN - timezone.now()
    assert timedelta(seconds=4) < due <= timedelta(seconds=5)
    make.aged(Submission.objects)
    submissions.take_back()
    assert messages(valkey) == [str(row.id)]


def test_waiting_for_an_engine_never_ends_it(learner: Learner) -> None:
    row = make.submission(learner)
    for _ in range(submissions.MOST_FAILURES + 2):
        submissions.give_back(make.claimed(row), "no engine", wait=timedelta(0), failed=False)
    row.refresh_from_db()
    assert (row.state, row.failures) == (State.QUEUED, 0)


def test_after_so_many_faults_of_ours_the_verdict_says_so(learner: Learner) -> None:
    row = make.submission(learner)
    for failures in range(1, submissions.MOST_FAILURES + 1):
        assert row.state == State.QUEUED
        submissions.give_back(make.claimed(row), "tried again", wait=timedelta(0), failed=True)
        row.refresh_from_db()
        assert row.failures == failures
    assert (row.state, row.verdict, row.delayed) == (State.DONE, Verdict.INTERNAL_ERROR, "")
    assert "not your program's fault" in row.message
    assert row.finished is not None
    assert submissions.claim(row.id) is None


def test_a_worker_that_dies_each_time_counts_as_much(learner: Learner) -> None:
    row = make.submission(learner)
    for _ in range(submissions.MOST_FAILURES):
        make.claimed(row)
        make.aged(Submission.objects)
        assert submissions.take_back() == 1
    row.refresh_from_db()
    assert (row.state, row.verdict) == (State.DONE, Verdict.INTERNAL_ERROR)


def test_taking_over_from_a_dead_worker_counts_as_its_failure(learner: Learner) -> None:
    row = make.submission(learner)
    for _ in range(submissions.MOST_FAILURES):
        make.claimed(row)
        make.aged(Submission.objects)
    submissions.take_back()
    row.refresh_from_db()
    assert (row.state, row.verdict) == (State.DONE, Verdict.INTERNAL_ERROR)

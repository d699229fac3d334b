"""Stopping: in each state, and against a worker that finishes at the same time."""

import random
from datetime import timedelta
from functools import partial

import pytest

from lockstep.verdicts import State, Verdict
from playground import submissions
from playground.models import Learner, Revision, Submission
from tests.playground import make
from tests.playground.make import at_once

pytestmark = [make.committed, pytest.mark.usefixtures("valkey")]


def test_what_is_queued_is_stopped_and_never_worked_on(learner: Learner) -> None:
    row = make.submission(learner)
    assert submissions.cancel(row.id)
    row.refresh_from_db()
    assert (row.state, row.verdict, row.message) == (State.DONE, Verdict.CANCELLED, "Stopped on request.")
    assert row.finished is not None
    assert submissions.claim(row.id) is None
    assert submissions.take_back() == 0


def test_what_is_running_is_stopped_and_its_claim_lost(learner: Learner, revision: Revision) -> None:
    row = make.submission(learner, revision)
    claim = make.claimed(row)
    assert submissions.cancel(row.id)
    assert submissions.still_held([claim]) == set()
    assert not submissions.finish(claim, make.outcome())
    submissions.give_back(claim, "late", wait=timedelta(0), failed=True)
    row.refresh_from_db()
    assert (row.state, row.verdict, row.delayed, row.token) == (State.DONE, Verdict.CANCELLED, "", None)


def test_what_waits_for_an_engine_is_stopped(learner: Learner) -> None:
    row = make.submission(learner)
    submissions.give_back(make.claimed(row), "engine away", wait=timedelta(seconds=5), failed=False)
    assert submissions.cancel(row.id)
    row.refresh_from_db()
    assert (row.verdict, row.delayed) == (Verdict.CANCELLED, "")


def test_what_is_done_stays_as_it_is(learner: Learner, revision: Revision) -> None:
    row = make.graded(learner, revision)
    assert not submissions.cancel(row.id)
    row.refresh_from_db()
    assert row.verdict == Verdict.ACCEPTED


def test_what_is_not_there_cannot_be_stopped(learner: Learner) -> None:
    assert not submissions.cancel(make.nobody())


def test_a_stop_and_a_finish_at_once_leave_one_verdict(learner: Learner, revision: Revision) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    dice = random.Random(seed)
    for _ in range(6):
        row = make.submission(learner, revision)
        claim = make.claimed(row)
        result = make.outcome(tests=[make.result()])
        calls = [partial(submissions.finish, claim, result), partial(submissions.cancel, row.id)]
        assert sorted(at_once(calls[:: dice.choice((1, -1))])) == [False, True]
        row.refresh_from_db()
        assert row.state == State.DONE
        # The tests' results and the solve belong to the verdict, or are not there.
        accepted = row.verdict == Verdict.ACCEPTED
        assert accepted or row.verdict == Verdict.CANCELLED
        assert row.tests.count() == accepted
        assert learner.solves.exists() == accepted
        Submission.objects.all().delete()
        learner.solves.all().delete()

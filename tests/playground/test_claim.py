"""Who works on a submission: one at a time, for as long as the lease is renewed."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from lockstep.verdicts import State, Verdict
from playground import submissions
from playground.models import Learner, Revision, Submission
from playground.submissions import Claim
from tests.playground import make
from tests.playground.make import at_once

pytestmark = [make.committed, pytest.mark.usefixtures("valkey")]


def test_of_many_claims_at_once_exactly_one_wins(learner: Learner) -> None:
    for _ in range(3):
        row = make.submission(learner)
        won = [claim for claim in at_once([partial(submissions.claim, row.id)] * 12) if claim is not None]
        assert [type(claim) for claim in won] == [Claim]
        row.refresh_from_db()
        assert (row.state, row.token, row.attempt) == (State.RUNNING, won[0].token, 1)
        submissions.cancel(row.id)


def test_of_many_takeovers_at_once_exactly_one_wins(learner: Learner) -> None:
    row = make.submission(learner)
    make.claimed(row)
    make.aged(Submission.objects)
    won = [claim for claim in at_once([lambda: submissions.claim(row.id)] * 12) if claim is not None]
    assert [type(claim) for claim in won] == [Claim]
    row.refresh_from_db()
    assert (row.attempt, row.failures) == (2, 1)


def test_what_is_running_done_or_unknown_cannot_be_claimed(learner: Learner, revision: Revision) -> None:
    running = make.submission(learner)
    make.claimed(running)
    assert submissions.claim(running.id) is None
    assert submissions.claim(make.graded(learner, revision).id) is None
    assert submissions.claim(make.nobody()) is None


def test_a_lease_is_renewed_while_the_claim_holds(learner: Learner) -> None:
    kept, stopped = make.claimed(make.submission(learner)), make.claimed(make.submission(learner))
    make.aged(Submission.objects, timedelta(seconds=1))
    submissions.cancel(stopped.submission)
    assert submissions.still_held([kept, stopped]) == {kept}
    assert submissions.renew([kept, stopped]) == {kept}
    row = Submission.objects.get(id=kept.submission)
    assert row.lease is not None
    assert row.lease > timezone.now() + submissions.LEASE - timedelta(seconds=5)
    assert submissions.claim(kept.submission) is None
    assert submissions.renew([]) == set()


def test_only_the_token_finishes(learner: Learner, revision: Revision) -> None:
    row = make.submission(learner, revision)
    claim = make.claimed(row)
    forged = Claim(row.id, uuid.uuid4(), claim.attempt)
    assert not submissions.finish(forged, make.outcome())
    row.refresh_from_db()
    assert (row.state, row.verdict) == (State.RUNNING, "")
    assert submissions.finish(claim, make.outcome(Verdict.RACE))
    assert not submissions.finish(claim, make.outcome(Verdict.ACCEPTED))
    row.refresh_from_db()
    assert (row.state, row.verdict, row.token, row.lease) == (State.DONE, Verdict.RACE, None, None)
    assert not learner.solves.exists()


def test_after_its_lease_another_has_it_and_the_first_ones_finish_has_no_effect(
    learner: Learner, revision: Revision
) -> None:
    row = make.submission(learner, revision)
    first = make.claimed(row)
    make.aged(Submission.objects)
    second = make.claimed(row)
    assert second.attempt == first.attempt + 1
    late = make.outcome(Verdict.ACCEPTED, tests=[make.result()])
    assert not submissions.finish(first, late)
    assert submissions.renew([first]) == set()
    submissions.give_back(first, "late", wait=timedelta(0), failed=True)
    assert submissions.still_held([second]) == {second}
    assert submissions.finish(second, make.outcome(Verdict.DEADLOCK))
    assert not submissions.finish(first, late)
    row.refresh_from_db()
    assert (row.verdict, row.tests.count(), row.failures, row.delayed) == (Verdict.DEADLOCK, 0, 1, "")


def test_of_many_finishes_at_once_one_counts(learner: Learner, revision: Revision) -> None:
    row = make.submission(learner, revision)
    claim = make.claimed(row)
    result = make.outcome(tests=[make.result(0), make.result(1)])
    assert sorted(at_once([lambda: submissions.finish(claim, result)] * 8)) == [False] * 7 + [True]
    assert row.tests.count() == 2


def test_an_outcome_is_kept_as_it_is(learner: Learner, revision: Revision) -> None:
    tests = [
        make.result(0, schedule=""),
        make.result(1, Verdict.RACE, visible=False, schedule="0 1 0", stacks=[{"name": "T-1", "frames": []}]),
    ]
    row = make.graded(learner, revision, Verdict.RACE, message="it raced", tests=tests, output=[make.piece("hi\n")])
    assert (row.verdict, row.message, row.seconds) == (Verdict.RACE, "it raced", 1.0)
    assert (row.python, row.sandbox, row.output) == ("3.13.5", "docker", [make.piece("hi\n")])
    for kept, test in zip(row.tests.all(), tests, strict=True):
        for name in type(test).__dataclass_fields__:
            assert getattr(kept, name) == getattr(test, name), name


def test_a_run_that_ended_by_itself_has_no_verdict(learner: Learner) -> None:
    row = make.submission(learner)
    assert submissions.finish(make.claimed(row), make.outcome(None))
    row.refresh_from_db()
    assert (row.state, row.verdict) == (State.DONE, "")

"""Grading again: what is asked for, what it does to solves, and what it leaves alone."""

import dataclasses

import pytest
import redis

from lockstep.verdicts import State, Verdict
from playground import packs, submissions
from playground.models import Learner, Revision, Submission
from tests.playground import make
from tests.playground.test_submit import messages

pytestmark = make.committed


def test_it_is_queued_as_if_it_had_not_been_graded(learner: Learner, revision: Revision, valkey: redis.Redis) -> None:
    row = make.graded(learner, revision, Verdict.RACE, tests=[make.result(0, Verdict.RACE)], output=[make.piece("x")])
    valkey.flushall()
    assert submissions.rejudge([row]) == 1
    row.refresh_from_db()
    assert (row.state, row.verdict, row.message, row.seconds, row.finished) == (State.QUEUED, "", "", None, None)
    assert (row.output, row.tests.count(), row.python) == ([], 0, "")
    assert messages(valkey, "lockstep:rejudge") == [str(row.id)]
    assert messages(valkey) == []
    assert make.claimed(row).attempt == 2


def test_runs_and_what_is_not_done_are_left_as_they_are(
    learner: Learner, revision: Revision, valkey: redis.Redis
) -> None:
    run = make.submission(learner)
    submissions.finish(make.claimed(run), make.outcome(None))
    queued, running = make.submission(learner, revision), make.submission(learner, revision)
    claim = make.claimed(running)
    assert submissions.rejudge(Submission.objects.all()) == 0
    assert submissions.still_held([claim]) == {claim}
    assert Submission.objects.get(id=run.id).state == State.DONE
    assert Submission.objects.get(id=queued.id).state == State.QUEUED


@pytest.mark.parametrize("after", [Verdict.ACCEPTED, Verdict.WRONG_ANSWER])
def test_the_solve_follows_the_new_verdict(
    learner: Learner, revision: Revision, valkey: redis.Redis, after: Verdict
) -> None:
    row = make.graded(learner, revision)
    solved = learner.solves.get().at
    submissions.rejudge([row])
    assert learner.solves.get().at == solved, "nobody loses points while waiting"
    submissions.finish(make.claimed(row), make.outcome(after))
    found = list(learner.solves.values_list("at", flat=True))
    # Who was first stays first: it counts from when it was sent.
    assert found == ([solved] if after == Verdict.ACCEPTED else [])


def test_a_wrong_one_that_turns_out_right_solves_as_of_when_it_was_sent(
    learner: Learner, revision: Revision, valkey: redis.Redis
) -> None:
    row = make.graded(learner, revision, Verdict.WRONG_ANSWER)
    later = make.graded(learner, revision)
    assert learner.solves.get().at == later.created
    submissions.rejudge([row])
    assert learner.solves.get().at == later.created
    submissions.finish(make.claimed(row), make.outcome())
    assert learner.solves.get().at == row.created


def test_stopped_while_it_is_graded_again_it_solves_nothing(
    learner: Learner, revision: Revision, valkey: redis.Redis
) -> None:
    row = make.graded(learner, revision)
    submissions.rejudge([row])
    submissions.cancel(row.id)
    assert not learner.solves.exists()


def test_our_fault_takes_no_points(learner: Learner, revision: Revision, valkey: redis.Redis) -> None:
    row = make.graded(learner, revision)
    submissions.rejudge([row])
    submissions.finish(make.claimed(row), make.outcome(Verdict.INTERNAL_ERROR))
    assert learner.solves.exists()


def test_it_is_graded_against_the_revision_that_is_current_now(
    learner: Learner, revision: Revision, valkey: redis.Redis
) -> None:
    row = make.graded(learner, revision)
    mended = packs.save_revision(dataclasses.replace(revision.pack, checks="# mended\n"), publish=True)
    submissions.rejudge([row])
    row.refresh_from_db()
    assert row.revision == mended


def test_faults_of_earlier_gradings_do_not_count(learner: Learner, revision: Revision, valkey: redis.Redis) -> None:
    row = make.graded(learner, revision)
    Submission.objects.filter(id=row.id).update(failures=submissions.MOST_FAILURES, verdict=Verdict.INTERNAL_ERROR)
    submissions.rejudge([row])
    submissions.take_back()
    row.refresh_from_db()
    assert (row.state, row.failures) == (State.QUEUED, 0)

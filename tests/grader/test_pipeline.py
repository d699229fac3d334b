"""The whole way of a submission, with nothing but the browser missing."""

import json
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings

from lockstep.verdicts import State, Verdict
from playground import packs, streams, submissions
from playground.models import Challenge, Learner, Revision, Submission
from playground.models.submission import Kind
from tests.grader.conftest import Worker, worker
from tests.waiting import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]
SOLUTIONS = Path(settings.CONTENT) / "challenges" / "thread-safe-counter" / "solutions"


@pytest.fixture(params=[pytest.param("docker", marks=pytest.mark.docker), "local"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def counter(transactional_db: None) -> Revision:
    packs.load(settings.CONTENT)
    revision = Challenge.objects.get(slug="thread-safe-counter").current
    assert revision
    return revision


def done(submission: Submission) -> bool:
    submission.refresh_from_db()
    return submission.state == State.DONE


def told(submission: Submission) -> list[dict[str, object]]:
    entries: Any = streams.client().xrange(streams.key(submission.id, submission.attempt))
    return [event for _, fields in entries for event in json.loads(fields["events"])]


def test_submissions_get_their_verdicts(kind: str, learner: Learner, counter: Revision, valkey: redis.Redis) -> None:
    names = ("lock.py", "drops_increments.py", "takes_its_lock_twice.py")
    with worker(kind):
        sent = {
            name: submissions.submit(learner, Kind.SUBMIT, (SOLUTIONS / name).read_text(), revision=counter)
            for name in names
        }
        for name, submission in sent.items():
            wait_for(f"the verdict of {name}", lambda s=submission: done(s))  # type: ignore[misc]
            declared = counter.pack.expected(name)
            assert Verdict(submission.verdict) in declared, (name, submission.verdict, submission.message)
            assert submission.sandbox == kind
    accepted = sent["lock.py"]
    assert accepted.tests.count() > 1
    assert set(accepted.tests.values_list("verdict", flat=True)) == {Verdict.ACCEPTED}
    assert learner.solves.count() == 1
    results = [event for event in told(accepted) if event["type"] == "result"]
    assert len(results) == accepted.tests.count()


def test_a_run_streams_what_it_prints(kind: str, learner: Learner) -> None:
    source = "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint(input())\n"
    with worker(kind):
        run = submissions.submit(learner, Kind.RUN, source, stdin="typed\n")
        wait_for("the run to end", lambda: done(run))
    assert (run.verdict, run.sandbox) == ("", kind)
    printed = [(event["stream"], event["text"]) for event in told(run) if event["type"] == "output"]
    for stream, text in (("stdout", "out\ntyped\n"), ("stderr", "err\n")):
        assert "".join(str(piece) for name, piece in printed if name == stream) == text


def test_an_exploration_tells_and_keeps_what_it_found(kind: str, learner: Learner) -> None:
    source = (
        "import threading\nn = int(input())\ndef f():\n    global n\n    n += 1\n"
        "ts = [threading.Thread(target=f) for _ in range(2)]\n"
        "for t in ts: t.start()\nfor t in ts: t.join()\nprint(n)\n"
    )
    with worker(kind):
        row = submissions.submit(learner, Kind.EXPLORE, source, stdin="3\n")
        wait_for("the exploration to end", lambda: done(row))
        assert row.report is not None
        again = submissions.submit(
            learner, Kind.EXPLORE, source, stdin="3\n", schedule=row.report["finding"]["schedule"]
        )
        lost = submissions.submit(learner, Kind.EXPLORE, source, stdin="3\n", schedule="27.0.")
        wait_for("the replay to end", lambda: done(again) and done(lost))
    assert row.verdict == ""
    assert row.message.startswith("2 outcomes in ")
    assert [outcome["output"] for outcome in row.report["outcomes"]] == ["5\n", "4\n"]
    explored = [event for event in told(row) if event["type"] == "explored"]
    assert explored == [{"type": "explored", "report": row.report}]
    assert again.report is not None
    assert [outcome["output"] for outcome in again.report["outcomes"]] == ["4\n"]
    assert (lost.verdict, lost.report) == ("", None)
    assert "was found on Python 2.7" in lost.message


def test_stop_ends_the_sandbox(kind: str, learner: Learner) -> None:
    with worker(kind) as running:
        run = submissions.submit(learner, Kind.RUN, "import time\nprint('on', flush=True)\ntime.sleep(60)\n")
        wait_for("its first line", lambda: _printed(run))
        assert submissions.cancel(run.id)
        wait_for("the sandbox to be removed", lambda: _removed(running), seconds=5)
    assert done(run)
    assert run.verdict == Verdict.CANCELLED


def test_runs_of_one_learner_share_a_sandbox_and_what_is_graded_has_its_own(
    kind: str, learner: Learner, counter: Revision
) -> None:
    where = "import os\nprint(os.readlink('/proc/self/ns/pid'), os.getuid(), *os.listdir('/tmp'), flush=True)\n"

    def seen(whose: Learner, kind: Kind, **more: Any) -> list[str]:
        row = submissions.submit(whose, kind, where + more.pop("source", "open('/tmp/left', 'w')"), **more)
        wait_for("its end", lambda: done(row))
        return str(row.output[0]["text"]).splitlines()[0].split()

    with worker(kind):
        first, second = [seen(learner, Kind.RUN) for _ in range(2)]
        other = seen(Learner.objects.create(), Kind.RUN)
        graded = seen(learner, Kind.SUBMIT, source=(SOLUTIONS / "lock.py").read_text(), revision=counter)
    assert first[0] == second[0]
    assert first[1] != second[1]
    # A checkout below /tmp is seen there.
    assert "work" in first[2:] == second[2:]
    assert "left" not in second
    assert first[0] not in (other[0], graded[0])


def _printed(run: Submission) -> bool:
    run.refresh_from_db()
    return run.attempt > 0 and any(event["type"] == "output" for event in told(run))


def _removed(running: Worker) -> bool:
    return any("its sandbox is removed" in line for line in running.lines)


@pytest.mark.docker
def test_where_every_sandbox_is_taken_a_submission_waits_in_turn_and_tells_its_place(learner: Learner) -> None:
    def seen(submission: Submission, kind: str) -> list[dict[str, object]]:
        submission.refresh_from_db()
        return [event for event in told(submission) if event["type"] == kind]

    def places(submission: Submission) -> list[object]:
        return [event["position"] for event in seen(submission, "waiting")]

    def send(source: str) -> Submission:
        return submissions.submit(learner, Kind.RUN, source)

    with worker("docker", WORKER_CONCURRENCY="3", MOST_SANDBOXES="1"):
        holding = send("import time\nprint('on', flush=True)\ntime.sleep(60)\n")
        wait_for("the first to have the sandbox", lambda: bool(seen(holding, "output")))
        leaving = send("print('never')")
        wait_for("the second to wait", lambda: places(leaving) == [1])
        staying = send("print('at last')")
        wait_for("the third to wait", lambda: places(staying) == [2])
        assert submissions.cancel(leaving.id)
        wait_for("the third to be the next", lambda: places(staying) == [2, 1])
        assert submissions.cancel(holding.id)
        wait_for("the third to end", lambda: done(staying))
    assert [event["text"] for event in told(staying) if event["type"] == "output"] == ["at last\n"]
    assert (leaving.output, Submission.objects.get(id=leaving.id).verdict) == ([], Verdict.CANCELLED)

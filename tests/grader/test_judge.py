"""What a sandbox says becomes events and an outcome; what it should never say becomes our fault, never a success."""

from typing import Any

import pytest

from grader.judge import ChallengeFaultError, Judge, Work
from lockstep.verdicts import Verdict
from playground.submissions import Outcome
from sandbox import protocol
from sandbox.errors import SandboxLostError
from sandbox.protocol import Done, Event, Explored, Fault, Output, OutputCut, Progress, RunDone, Started
from tests.grader.leases import ScriptedLease
from tests.grader.test_verdict import measured, report
from tests.lockstep.packs import pack

TESTS = protocol.Tests([protocol.TestInfo("seen", True, "real"), protocol.TestInfo("hidden", False, "real")])
GRADE = Work("grade", "x = 1\n", 7, pack())
RUN = Work("run", "x = 1\n", 7, stdin="in")
EXPLORE = Work("explore", "x = 1\n", 7, stdin="in", schedules=20)


def judged(script: list[Event | Exception], work: Work = GRADE) -> tuple[Outcome, list[dict[str, Any]]]:
    told: list[dict[str, Any]] = []
    return Judge(work, told.append, "docker").judge(ScriptedLease(script)), told


def done(test: int, word: Verdict = Verdict.ACCEPTED, **changes: Any) -> protocol.TestDone:
    return protocol.TestDone(test, protocol.Report(word.value, "said", detail="detail", **changes), measured())


def test_a_submission_from_request_to_outcome() -> None:
    lease = ScriptedLease(
        [
            TESTS,
            Started(0),
            Output(0, "stdout", "hi\n", "T-1"),
            Progress(0, 1, 2, "repeats"),
            done(0),
            Started(1),
            done(1, Verdict.RACE, line=4, schedule="0 1"),
            Done(),
        ]
    )
    told: list[dict[str, Any]] = []
    outcome = Judge(GRADE, told.append, "docker").judge(lease)
    (request,) = lease.requests
    assert (request.kind, request.source, request.seed, request.version) == ("grade", "x = 1\n", 7, protocol.VERSION)
    assert request.challenge == protocol.Challenge(pack().scenario, pack().checks)
    assert request.limits == pack().limits.to_mapping()
    assert (outcome.verdict, outcome.message) == (Verdict.RACE, "hidden: said")
    assert (outcome.python, outcome.sandbox) == ("3.13.5", "docker")
    assert outcome.output == [{"test": 0, "stream": "stdout", "text": "hi\n", "thread": "T-1"}]
    assert [(row.index, row.name, row.visible, row.verdict) for row in outcome.tests] == [
        (0, "seen", True, Verdict.ACCEPTED),
        (1, "hidden", False, Verdict.RACE),
    ]
    assert (outcome.tests[1].line, outcome.tests[1].schedule, outcome.tests[1].detail) == (4, "0 1", "detail")
    assert [event["type"] for event in told] == [
        "running",
        "tests",
        "started",
        "output",
        "progress",
        "result",
        "started",
        "result",
    ]


def test_of_a_hidden_test_nothing_is_told_but_its_result() -> None:
    secret = "SECRET"
    script: list[Event | Exception] = [
        TESTS,
        Started(1),
        Output(1, "stdout", secret, None),
        OutputCut(1, 10),
        protocol.TestDone(1, protocol.Report("RACE", "said", detail=secret, schedule=secret), measured()),
        done(0),
        Done(),
    ]
    outcome, told = judged(script)
    assert secret not in str(told)
    assert outcome.output == []
    assert "cut" not in [event["type"] for event in told]
    # For staff, in the row.
    assert outcome.tests[1].detail == secret


def test_the_verdict_is_of_the_challenges_order_whatever_the_order_of_the_results() -> None:
    outcome, _ = judged([TESTS, done(1, Verdict.DEADLOCK), done(0, Verdict.RACE), Done()])
    assert outcome.verdict == Verdict.RACE
    assert [row.index for row in outcome.tests] == [0, 1]


def test_a_run_from_request_to_outcome() -> None:
    lease = ScriptedLease([Started(None), Output(None, "stderr", "!", None), RunDone(measured()), Done()])
    outcome = Judge(RUN, lambda event: None).judge(lease)
    assert (lease.requests[0].kind, lease.requests[0].stdin, lease.requests[0].challenge) == ("run", "in", None)
    assert (outcome.verdict, outcome.message, outcome.tests) == (None, "The program ran to its end.", [])
    failed, _ = judged([RunDone(measured(exit_code=1)), Done()], RUN)
    assert failed.verdict == Verdict.RUNTIME_ERROR


def test_a_run_in_a_challenge_has_its_limits_and_none_of_its_tests() -> None:
    work = Work("run", "x = 1\n", 7, pack())
    assert work.request().limits == pack().limits.to_mapping()
    assert work.request().challenge is None


@pytest.mark.parametrize(
    "script",
    [
        [],
        [TESTS],
        [TESTS, done(0), done(1)],
        [TESTS, Done()],
        [TESTS, done(0), Done()],
        [TESTS, done(1), Done()],
        [TESTS, done(0, Verdict.RACE), Done()],
        [TESTS, done(0), done(0), done(1), Done()],
        [TESTS, done(0), done(2), Done()],
        [TESTS, done(0), done(-1), Done()],
        [TESTS, Output(5, "stdout", "x", None), done(0), done(1), Done()],
        [done(0), TESTS, done(1), Done()],
        [TESTS, done(0), Fault("sandbox", "no room")],
        [TESTS, done(0), SandboxLostError("killed")],
        [RunDone(measured()), SandboxLostError("killed")],
    ],
    ids=lambda script: "-".join(type(event).__name__ for event in script) or "nothing",
)
def test_what_is_cut_short_or_makes_no_sense_is_our_fault(script: list[Event | Exception]) -> None:
    with pytest.raises(SandboxLostError):
        judged(script)


@pytest.mark.parametrize("script", [[], [Done()], [Started(None), Done()], [Output(None, "stdout", "x", None)]])
def test_a_run_that_was_not_seen_to_its_end_is_our_fault(script: list[Event | Exception]) -> None:
    with pytest.raises(SandboxLostError):
        judged(script, RUN)


def test_a_challenge_that_stops_at_the_first_failure_may_leave_tests_out() -> None:
    work = Work("grade", "x = 1\n", 7, pack(stop_at_first_failure=True))
    assert work.request().challenge == protocol.Challenge(pack().scenario, pack().checks, True)
    outcome, _ = judged([TESTS, done(0, Verdict.RACE), Done()], work)
    assert outcome.verdict == Verdict.RACE
    with pytest.raises(SandboxLostError, match="after 1 of 2 tests"):
        judged([TESTS, done(0), Done()], work)


@pytest.mark.parametrize("script", [[Fault("challenge", "NameError")], [protocol.Tests([]), Done()]])
def test_the_instructors_fault_is_not_the_learners(script: list[Event | Exception]) -> None:
    with pytest.raises(ChallengeFaultError):
        judged(script)


def test_a_report_is_one_of_ours() -> None:
    with pytest.raises(ValueError, match="PASSED"):
        judged([TESTS, protocol.TestDone(0, protocol.Report("PASSED", ""), measured()), done(1), Done()])
    assert report(Verdict.ACCEPTED).verdict == "ACCEPTED"


def exploration(executions: int = 20) -> Any:
    outcome = {
        "kind": "finished",
        "detail": "",
        "output": "1\n",
        "value": "",
        "count": executions,
        "schedule": "313.0.",
    }
    outcome |= {"preemptions": 0, "found_at": 0, "problem": None, "trace": None}
    return {
        "format": 1,
        "python": "3.13",
        "executions": executions,
        "seconds": 0.1,
        "outcomes": [outcome],
        "left_out": 0,
        "finding": None,
        "races": [],
        "complete_bound": None,
        "exhausted": False,
        "sites": 0,
        "diverged": None,
        "out_of_time": False,
    }


def test_an_exploration_that_went_through_has_a_report_and_no_verdict() -> None:
    lease = ScriptedLease(
        [
            Started(None),
            Progress(None, 20, 20, "schedules"),
            Explored(exploration()),
            RunDone(measured(exit_code=None, signal=9)),
            Done(),
        ]
    )
    told: list[dict[str, Any]] = []
    outcome = Judge(EXPLORE, told.append, "docker").judge(lease)
    (request,) = lease.requests
    assert (request.kind, request.stdin, request.schedules, request.schedule) == ("explore", "in", 20, "")
    assert (outcome.verdict, outcome.message) == (None, "1 outcome in 20 schedules.")
    assert outcome.report == exploration()
    assert told[-2:] == [
        {"type": "progress", "test": None, "done": 20, "total": 20, "unit": "schedules"},
        {"type": "explored", "report": exploration()},
    ]


@pytest.mark.parametrize(
    ("explored", "ended", "verdict"),
    [
        (Explored(exploration()), measured(limit="memory"), Verdict.MEMORY_LIMIT),
        (Explored(exploration(), whole=False), measured(limit="wall"), Verdict.TIME_LIMIT),
        (Explored(exploration(), whole=False), measured(exit_code=None, signal=11), Verdict.RUNTIME_ERROR),
        (None, measured(exit_code=0), Verdict.RUNTIME_ERROR),
        (None, measured(limit="cpu"), Verdict.TIME_LIMIT),
    ],
)
def test_an_exploration_that_did_not_has_a_verdict_and_what_was_found(
    explored: Explored | None, ended: protocol.Measured, verdict: Verdict
) -> None:
    outcome, _ = judged([Started(None), *([explored] if explored else []), RunDone(ended), Done()], EXPLORE)
    assert outcome.verdict == verdict
    assert outcome.report == (explored.report if explored else None)


def test_what_cannot_be_explored_is_said_and_is_no_verdict() -> None:
    outcome, _ = judged([Explored(None, problem="no such schedule"), RunDone(measured()), Done()], EXPLORE)
    assert (outcome.verdict, outcome.message, outcome.report) == (None, "no such schedule", None)

"""From what was reported and measured to a verdict: every limit, every report, and what weighs more."""

from typing import Any

import pytest

from grader import verdict
from grader.verdict import Finding
from lockstep.limits import Limits
from lockstep.verdicts import Verdict
from sandbox.protocol import PROGRAM, Frame, Measured, Report, RunDone, ThreadStack

LIMITS = Limits(wall_seconds=5, cpu_seconds=3, memory_mib=64, processes=10, output_bytes=4096)
BY_LIMIT = {
    "wall": Verdict.TIME_LIMIT,
    "cpu": Verdict.TIME_LIMIT,
    "memory": Verdict.MEMORY_LIMIT,
    "output": Verdict.OUTPUT_LIMIT,
    "deadlock": Verdict.DEADLOCK,
}
REPORTS = [word for word in Verdict if word not in (Verdict.CANCELLED, Verdict.INTERNAL_ERROR)]


def measured(**changes: Any) -> Measured:
    given: dict[str, Any] = {
        "wall_seconds": 1.25,
        "cpu_seconds": 0.5,
        "memory_peak_bytes": 10_000_000,
        "processes_peak": 3,
        "output_bytes": 12,
        "exit_code": 0,
        **changes,
    }
    return Measured(**given)


def report(word: Verdict, message: str = "reported") -> Report:
    return Report(word.value, message)


@pytest.mark.parametrize("word", REPORTS)
def test_without_a_limit_the_report_stands(word: Verdict) -> None:
    assert verdict.of_test(report(word), measured(), LIMITS) == Finding(word, "reported")


@pytest.mark.parametrize("word", [None, *REPORTS])
@pytest.mark.parametrize(("limit", "expected"), BY_LIMIT.items())
def test_a_limit_that_ended_it_weighs_more_than_any_report(limit: str, expected: Verdict, word: Verdict | None) -> None:
    found = verdict.of_test(report(word) if word else None, measured(limit=limit), LIMITS)
    assert found.verdict == expected
    assert found.message != "reported"


@pytest.mark.parametrize("word", [None, *REPORTS])
def test_too_many_processes_yield_only_to_a_report_that_all_is_well(word: Verdict | None) -> None:
    found = verdict.of_test(report(word) if word else None, measured(limit="processes"), LIMITS)
    assert found.verdict == (Verdict.ACCEPTED if word == Verdict.ACCEPTED else Verdict.PROCESS_LIMIT)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("wall", ("after 5 s", "0.5 s of processor time")),
        ("cpu", ("3 s of processor time", "within 1.2 s")),
        ("memory", ("64 MiB",)),
        ("output", ("4,096 bytes",)),
        ("processes", ("more than 10 threads and processes",)),
    ],
)
def test_a_limits_message_names_it_with_its_unit(limit: str, said: tuple[str, ...]) -> None:
    message = verdict.of_test(None, measured(limit=limit), LIMITS).message
    assert all(part in message for part in said), message


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"exit_code": 3}, "ended itself with exit code 3 before the test was over."),
        ({"exit_code": 0}, "ended itself with exit code 0 before the test was over."),
        ({"exit_code": None, "signal": 11}, "ended by SIGSEGV before the test was over."),
        ({"exit_code": None, "signal": 9}, "ended by SIGKILL before the test was over."),
        ({"exit_code": None, "signal": 99}, "ended by signal 99 before the test was over."),
    ],
)
def test_without_a_report_it_says_how_the_program_ended(changes: dict[str, Any], said: str) -> None:
    found = verdict.of_test(None, measured(**changes), LIMITS)
    assert found.verdict == Verdict.RUNTIME_ERROR
    assert said in found.message


def test_a_report_of_no_known_word_is_never_taken_for_a_verdict() -> None:
    with pytest.raises(ValueError, match="PASSED"):
        verdict.of_test(Report("PASSED", ""), measured(), LIMITS)


def stack(name: str, *lines: int, waits_for: Any = "lock", file: str = PROGRAM) -> ThreadStack:
    return ThreadStack(name, waits_for, [Frame(file, line, "f") for line in lines])


@pytest.mark.parametrize(
    ("stacks", "said"),
    [
        ([], "Every thread waits for another one, and none of them can go on."),
        ([stack("A", 3, waits_for="io")], "Every thread waits for another one, and none of them can go on."),
        ([stack("A", 3, 7)], "Nothing can go on: A at line 7 waits for what nobody will give."),
        ([stack("A", 3), stack("B", 9)], "Nothing can go on, because every thread waits: A at line 3, B at line 9."),
        ([stack("A"), stack("B", 1, file="test")], "Nothing can go on, because every thread waits: A, B."),
        (
            [stack(f"T{i}", i) for i in range(1, 8)],
            "Nothing can go on, because every thread waits: "
            "T1 at line 1, T2 at line 2, T3 at line 3, T4 at line 4 and 3 more.",
        ),
    ],
)
def test_a_deadlock_names_who_waits_where(stacks: list[ThreadStack], said: str) -> None:
    assert verdict.of_test(None, measured(limit="deadlock", stacks=stacks), LIMITS) == Finding(Verdict.DEADLOCK, said)


def test_a_run_that_ends_by_itself_has_no_verdict() -> None:
    assert verdict.of_run(RunDone(measured()), LIMITS) is None
    assert verdict.of_run(RunDone(measured(limit="processes")), LIMITS) is None


@pytest.mark.parametrize("syntax_error", [False, True])
@pytest.mark.parametrize("exit_code", [0, 1, None])
@pytest.mark.parametrize(("limit", "expected"), BY_LIMIT.items())
def test_a_run_that_a_limit_ended_has_its_verdict(
    limit: str, expected: Verdict, exit_code: int | None, syntax_error: bool
) -> None:
    found = verdict.of_run(RunDone(measured(limit=limit, exit_code=exit_code), syntax_error), LIMITS)
    assert found is not None
    assert found.verdict == expected


@pytest.mark.parametrize(
    ("changes", "syntax_error", "expected", "said"),
    [
        ({"exit_code": 1}, True, Verdict.SYNTAX_ERROR, "see its message for the line"),
        ({"exit_code": 1}, False, Verdict.RUNTIME_ERROR, "exit code 1."),
        ({"exit_code": None, "signal": 6}, False, Verdict.RUNTIME_ERROR, "SIGABRT."),
        ({"exit_code": 1, "limit": "processes"}, False, Verdict.PROCESS_LIMIT, "more than 10 threads"),
        ({"exit_code": None, "signal": 9, "limit": "processes"}, False, Verdict.PROCESS_LIMIT, "more than 10"),
    ],
)
def test_a_run_that_failed_says_how(changes: dict[str, Any], syntax_error: bool, expected: Verdict, said: str) -> None:
    found = verdict.of_run(RunDone(measured(**changes), syntax_error), LIMITS)
    assert found is not None
    assert found.verdict == expected
    assert said in found.message


def test_a_submission_has_the_verdict_of_its_first_failing_test() -> None:
    good, race, wrong = (Finding(Verdict(word), word.lower()) for word in ("ACCEPTED", "RACE", "WRONG_ANSWER"))
    assert verdict.of_submission([("a", good), ("b", race), ("c", wrong)]) == Finding(Verdict.RACE, "b: race")
    assert verdict.of_submission([("a", wrong), ("b", race)]).verdict == Verdict.WRONG_ANSWER
    assert verdict.of_submission([("Counts.", race)]).message == "Counts: race"
    assert verdict.of_submission([("a", Finding(Verdict.LEAK, ""))]).message == "a"


def test_a_submission_is_accepted_when_every_test_is() -> None:
    good = Finding(Verdict.ACCEPTED, "")
    assert verdict.of_submission([("a", good)]) == Finding(Verdict.ACCEPTED, "The test passed.")
    assert verdict.of_submission([("a", good)] * 3) == Finding(Verdict.ACCEPTED, "All 3 tests passed.")


def test_without_a_test_nothing_is_accepted() -> None:
    with pytest.raises(ValueError, match="without a test"):
        verdict.of_submission([])

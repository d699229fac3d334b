"""What gradings say about a challenge: every way in which it can be wrong is named, and nothing else is."""

import json
from typing import Any

import pytest

from grader.validation.report import STARTER, Grading, PackReport, Problem
from grader.validation.table import text
from lockstep.pack import Pack
from lockstep.verdicts import Verdict
from tests.lockstep.packs import pack

OK, WRONG, RACE, ERROR = Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.RACE, Verdict.RUNTIME_ERROR
RIGHT = "# verdict: ACCEPTED\n"
TESTS = ("First.", "Second.")

GOOD: dict[str, tuple[str, tuple[Verdict, ...]]] = {
    "lock.py": (RIGHT, (OK, OK)),
    "queue.py": (RIGHT, (OK, OK)),
    "a.py": ("# verdict: RACE\n", (OK, RACE)),
    "b.py": ("# verdict: WRONG_ANSWER\n", (WRONG, OK)),
    "c.py": ("# verdict: WRONG_ANSWER, RACE\n", (RACE, WRONG)),
    "d.py": ("# verdict: RUNTIME_ERROR\n", (ERROR, ERROR)),
}
"""Of each solution its first line, and what its tests give."""


def graded(file: str, seed: int, tests: tuple[Verdict, ...]) -> Grading:
    verdict = next((each for each in tests if each != OK), OK)
    named = tuple((index, TESTS[index], each) for index, each in enumerate(tests))
    return Grading(file, seed, verdict, f"message of {seed}", named, 0.5 + seed)


def report(
    solutions: dict[str, tuple[str, tuple[Verdict, ...]]], *more: Grading, starter: Verdict = WRONG, **changes: Any
) -> tuple[PackReport, Pack]:
    """Every solution graded once with seed 1, and what is more."""
    own = pack(solutions={name: head for name, (head, _) in solutions.items()}, explanation="Why.", **changes)
    found = PackReport.of(own)
    for name, (_, tests) in solutions.items():
        found.take(graded(name, 1, tests))
    found.take(graded(STARTER, 1, (starter, OK)))
    for grading in more:
        found.take(grading)
    return found, own


def problems(*given: Any, of_the_course: bool = True, **changes: Any) -> list[str]:
    found, own = report(*given, **changes)
    return [f"{one.level}: {one.text}" for one in found.problems(own, of_the_course=of_the_course)]


def without(*names: str) -> dict[str, tuple[str, tuple[Verdict, ...]]]:
    return {name: given for name, given in GOOD.items() if name not in names}


def test_a_good_challenge_has_no_problems() -> None:
    assert problems(GOOD) == []
    assert problems(GOOD, graded("c.py", 2, (WRONG, OK)), graded("lock.py", 2, (OK, OK))) == []


def test_another_verdict_than_declared() -> None:
    assert problems({**GOOD, "b.py": ("# verdict: RACE\n", (WRONG, OK))}) == [
        "error: b.py gets WRONG_ANSWER, and declares RACE (seed 1: message of 1)"
    ]
    assert problems(GOOD, graded("b.py", 2, (RACE, OK))) == [
        "error: b.py gets RACE with 1 of 2 seeds, and declares WRONG_ANSWER (seed 2: message of 2)"
    ]


def test_a_wrong_one_that_is_accepted() -> None:
    assert problems({**GOOD, "b.py": ("# verdict: WRONG_ANSWER\n", (OK, OK)), "e.py": GOOD["b.py"]}) == [
        "error: b.py is wrong and accepted; it declares WRONG_ANSWER (seed 1)"
    ]


def test_a_wrong_one_that_is_caught_only_by_luck() -> None:
    more = [graded("b.py", seed, (OK, OK) if seed == 7 else (WRONG, OK)) for seed in range(2, 51)]
    assert problems(GOOD, *more) == [
        "error: b.py is wrong and accepted with 1 of 50 seeds: the tests catch it only by luck; "
        "it declares WRONG_ANSWER (seed 7)"
    ]


def test_a_right_one_that_is_accused_once() -> None:
    more = [graded("lock.py", seed, (OK, RACE) if seed == 31 else (OK, OK)) for seed in range(2, 51)]
    assert problems(GOOD, *more) == [
        "error: lock.py is right and gets RACE with 1 of 50 seeds (seed 31: message of 31)"
    ]


def test_a_starter_that_is_accepted() -> None:
    (said,) = problems(GOOD, starter=OK)
    assert said == "error: starter.py is accepted: the learner would have nothing to do (seed 1)"
    assert problems(GOOD, graded(STARTER, 2, (RACE, OK))) == []


def test_a_test_that_no_wrong_solution_fails() -> None:
    first_only = {name: (head, (*tests[:1], OK)) for name, (head, tests) in GOOD.items() if name != "a.py"}
    assert problems({**first_only, "a.py": ("# verdict: RACE\n", (RACE, OK))}) == [
        "error: no wrong solution fails the test 'Second.': it may as well not be there"
    ]


@pytest.mark.parametrize("verdict", [ERROR, Verdict.SYNTAX_ERROR, Verdict.FORBIDDEN])
def test_a_solution_that_cannot_be_called_says_nothing_about_the_tests(verdict: Verdict) -> None:
    broken = dict.fromkeys(("a.py", "b.py", "c.py", "d.py"), (f"# verdict: {verdict}\n", (verdict, verdict)))
    assert problems({**GOOD, **broken}) == [
        "error: no wrong solution fails the test 'First.': it may as well not be there",
        "error: no wrong solution fails the test 'Second.': it may as well not be there",
    ]


def test_too_few_solutions() -> None:
    few = without("queue.py", "d.py")
    told = [
        "1 right solutions: write 2, each right in a way of its own",
        "3 wrong solutions: write 4, each wrong in a way of its own",
    ]
    assert problems(few) == [f"error: {each}" for each in told]
    assert problems(few, of_the_course=False) == [f"warning: {each}" for each in told]


def test_a_solution_is_right_or_wrong() -> None:
    both = {**GOOD, "e.py": ("# verdict: ACCEPTED, RACE\n", (OK, OK))}
    assert problems(both) == ["error: e.py declares ACCEPTED and other verdicts: a solution is right or wrong"]


def test_samples_that_do_not_come_out() -> None:
    found, own = report(GOOD)
    found.take_samples(Grading("lock.py", 1, WRONG, "why", ((0, "The sample.", WRONG), (1, "Another.", OK)), 1.0))
    assert found.problems(own, of_the_course=False) == [
        Problem("error", "The sample does not come out with lock.py: WRONG_ANSWER (why)")
    ]


def test_a_challenge_at_fault_says_only_that() -> None:
    found, own = report(without("queue.py"))
    found.fault = "NameError: Tset"
    assert found.problems(own, of_the_course=True) == [
        Problem("error", "the challenge's own tests failed to run: NameError: Tset")
    ]


def test_a_missing_explanation_is_an_error_for_the_course_alone() -> None:
    found, own = report(GOOD)
    bare = pack(solutions=own.solutions)
    assert [one.level for one in found.problems(bare, of_the_course=True)] == ["error"]
    assert [one.level for one in found.problems(bare, of_the_course=False)] == ["warning"]


def test_a_report_survives_json() -> None:
    found, own = report(GOOD, graded("c.py", 2, (WRONG, OK)), graded("lock.py", 3, (RACE, OK)))
    found.take_samples(Grading("lock.py", 1, WRONG, "why", ((0, "The sample.", WRONG),), 1.0))
    again = PackReport.from_mapping(json.loads(json.dumps(found.to_mapping())))
    assert again == found
    assert again.problems(own, of_the_course=True) == found.problems(own, of_the_course=True) != []


def test_the_table_has_a_row_a_file_and_a_column_a_test() -> None:
    found, own = report(GOOD, graded("c.py", 2, (RACE, OK)), graded("lock.py", 3, (RACE, OK)))
    lines = text(found, found.problems(own, of_the_course=True)).splitlines()
    assert lines[0] == "counter"
    assert lines[1].split() == ["1", "2", "verdict", "s", "slowest"]
    assert [line.split() for line in lines[2:6]] == [
        ["!", "lock.py", "ok", "1", "race", "1", "ok", "ACCEPTED", "1", "RACE", "1", "2.50", "3.50"],
        ["+", "queue.py", "ok", "ok", "ACCEPTED", "1.50", "1.50"],
        ["-", "a.py", "ok", "race", "RACE", "1.50", "1.50"],
        ["-", "b.py", "wrong", "ok", "WRONG_ANSWER", "1.50", "1.50"],
    ]
    assert lines[6].split() == ["-", "c.py", "race", "wrong", "1", "ok", "1", "RACE", "2.00", "2.50"]
    assert lines[8].split()[1] == STARTER
    assert [line.strip() for line in lines[9:11]] == ["1  First.", "2  Second."]
    assert lines[11].startswith("  error: lock.py is right and gets RACE")

"""Every example of the course's lessons runs as it is written, and can be explored unless it starts processes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from grader.judge import Work, judge
from lockstep.lesson import read_lessons
from playground.submissions import Outcome
from sandbox.pool import Sandbox, provider

_EXAMPLE = re.compile(r"^```python run\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SEED = 1
EXAMPLES = [
    pytest.param(source, id=f"{lesson.slug}-{number}")
    for lesson in read_lessons(Path(settings.CONTENT) / "lessons")
    for number, source in enumerate(_EXAMPLE.findall(lesson.body), 1)
]
STARTS_PROCESSES = re.compile(r"\bmultiprocessing\b|\bProcessPoolExecutor\b")


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return provider("docker")


def done(work: Work, sandbox: Sandbox) -> Outcome:
    return judge(work, sandbox, "lessons", lambda event: None)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 20


@pytest.mark.docker
@pytest.mark.parametrize("source", EXAMPLES)
def test_it_runs(source: str, sandbox: Sandbox) -> None:
    outcome = done(Work("run", source, _SEED), sandbox)
    assert (outcome.verdict, outcome.message) == (None, "The program ran to its end.")
    assert outcome.output


@pytest.mark.docker
@pytest.mark.parametrize("source", EXAMPLES)
def test_it_can_be_explored(source: str, sandbox: Sandbox) -> None:
    outcome = done(Work("explore", source, _SEED, schedules=20), sandbox)
    assert outcome.verdict is None, outcome.message
    assert outcome.report is not None, outcome.message
    refused = [each["detail"] for each in outcome.report["outcomes"] if each["kind"] == "not modelled"]
    assert bool(refused) == bool(STARTS_PROCESSES.search(source)), refused
    assert outcome.report["diverged"] is None


@pytest.mark.docker
@pytest.mark.parametrize(
    ("containing", "possible"),
    [
        ("global counter\n    counter += 1", {"2\n", "1\n"}),
        ("asks the bank", {"Ada has a seat\nAlan has a seat\nseats left: -1\n"}),
        ("words[word] += 1", {"{'lock': 2}\n", "{'lock': 1}\n"}),
        ("work.put(END)", {"got 0\ngot 1\ngot 2\ngot 3\ngot 4\n"}),
        ("changed.wait()", {"took a book\n"}),
        ("balance -= amount", {"20\n", "-60\n"}),
    ],
)
def test_exploring_shows_what_the_lesson_says(containing: str, possible: set[str], sandbox: Sandbox) -> None:
    outcome = done(Work("explore", _example(containing), _SEED, schedules=200), sandbox)
    assert outcome.report is not None, outcome.message
    assert {each["output"] for each in outcome.report["outcomes"]} == possible


@pytest.mark.docker
def test_exploring_the_two_locks_shows_the_deadlock(sandbox: Sandbox) -> None:
    outcome = done(Work("explore", _example("has both"), _SEED, schedules=200), sandbox)
    assert outcome.report is not None, outcome.message
    assert "deadlock" in {each["kind"] for each in outcome.report["outcomes"]}


def _example(containing: str) -> str:
    """The one example that has that text."""
    (found,) = [str(each.values[0]) for each in EXAMPLES if containing in str(each.values[0])]
    return found

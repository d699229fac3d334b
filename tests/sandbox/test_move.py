"""A move of somebody who is the scheduler, in a sandbox."""

import pytest

from sandbox import protocol
from tests.sandbox.conftest import Run, Story, do

SOURCE = """import threading
n = int(input())
def increment():
    global n
    n += 1
threads = [threading.Thread(target=increment) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
print(n)
"""


@pytest.fixture
def move(sandbox) -> Run:
    """move(source, schedule, until, **limits)."""

    def moved(source: str, schedule: str = "", until: int = 1, **more) -> Story:
        return do(sandbox, source, more={"kind": "move", "schedule": schedule, "until": until}, **more)

    return moved


def of(story: Story) -> protocol.Moved:
    (found,) = (each for each in story.events if isinstance(each, protocol.Moved))
    return found


def test_it_stops_at_the_first_choice_and_goes_on_from_there(move) -> None:
    first = of(move(SOURCE, stdin="5\n")).move
    assert first is not None
    assert first["position"]
    assert [each["name"] for each in first["position"]["threads"]] == ["MainThread", "Thread-1 (increment)"]
    step = first["position"]["step"]
    story = move(SOURCE, f"{first['trace']['schedule']}{step}:1", step + 1, stdin="5\n")
    after = of(story).move
    assert after is not None
    assert after["position"]
    assert [(each["op"], each["value"]) for each in after["trace"]["events"] if each["what"] == "n"] == [("read", "5")]
    assert after["position"]["step"] > step
    assert not story.text()


def test_a_schedule_that_cannot_be_followed_is_a_problem_in_words(move) -> None:
    found = of(move(SOURCE, "nonsense", stdin="5\n"))
    assert found.move is None
    assert "is not a schedule" in found.problem


def test_what_python_cannot_read_is_said(move) -> None:
    story = move("def f(:\n")
    assert story.run.syntax_error
    assert "SyntaxError" in story.text("stderr")

"""Exploring a whole program, without a challenge."""

import json

import pytest

from sandbox.exploration import MOST_BYTES, MOST_TRACES
from sandbox.protocol import Progress

COUNTER = """import threading
n = int(input())
def increment():
    global n
    n += 1
threads = [threading.Thread(target=increment) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
print(n)
"""


def test_outcomes_with_counts_schedules_and_traces(explore):
    story = explore(COUNTER, stdin="5\n")
    report = story.explored.report
    assert [each["output"] for each in report["outcomes"]] == ["7\n", "6\n"]
    assert sum(each["count"] for each in report["outcomes"]) == report["executions"] == 100
    assert [each["trace"]["outcome"]["output"] for each in report["outcomes"]] == ["7\n", "6\n"]
    failing = report["outcomes"][1]
    assert failing["schedule"] == report["finding"]["schedule"] == failing["trace"]["schedule"]
    assert (report["finding"]["preemptions"], report["finding"]["fewest"]) == (1, True)
    assert [race["what"] for race in report["races"]] == ["n"]
    assert any(isinstance(each, Progress) and each.test is None for each in story.events)
    assert story.run.measured.limit is None
    assert not story.text()


def test_a_schedule_is_replayed_alone(explore):
    found = explore(COUNTER, stdin="5\n").explored.report["finding"]
    report = explore(COUNTER, schedule=found["schedule"], stdin="5\n").explored.report
    (outcome,) = report["outcomes"]
    assert (report["executions"], outcome["output"], outcome["count"]) == (1, "6\n", 1)
    assert outcome["trace"]["events"] == found["events"]


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("nonsense", "is not a schedule"),
        ("27.0.", "was found on Python 2.7"),
        ("{version}.zzzzzzzzz.", "belongs to another program"),
        ("{version}.0.99:1", "cannot be followed"),
        ("{version}.0.5:2-5:1", "do not ascend"),
    ],
)
def test_a_schedule_that_cannot_be_replayed_is_told_why(explore, schedule: str, words: str) -> None:
    version = explore(COUNTER, stdin="5\n", schedules=1).explored.report["outcomes"][0]["schedule"].partition(".")[0]
    told = explore(COUNTER, schedule=schedule.format(version=version), stdin="5\n").explored
    assert told.report is None
    assert words in told.problem


def test_the_same_seed_finds_the_same_twice(explore):
    first, second = (explore(COUNTER, stdin="1\n", seed=3).explored.report for _ in range(2))
    assert first | {"seconds": 0} == second | {"seconds": 0}


def test_a_syntax_error_is_told_as_in_a_run(explore, run):
    explored, ran = explore("x = = 1\n"), run("x = = 1\n")
    assert explored.run.syntax_error
    assert explored.text("stderr") == ran.text("stderr")
    assert not any(each for each in explored.events if type(each).__name__ == "Explored")


def test_a_limit_leaves_what_was_found_until_then(explore):
    """The forty-first execution never comes back to the explorer, so that a limit has to end it."""
    source = (
        "import threading\nn = 0\ndef f():\n    global n\n    n += 1\n"
        "t = threading.Thread(target=f)\nt.start()\nn += 1\nt.join()\nprint(n)\n"
        "import os\nwith open('count', 'a') as file: file.write('.')\n"
        "if os.path.getsize('count') > 40: sum(range(10**12))\n"
    )
    story = explore(source, schedules=10_000, cpu_seconds=1.5)
    assert story.run.measured.limit in ("cpu", "wall")
    assert not story.explored.whole
    assert {each["output"] for each in story.explored.report["outcomes"]} == {"1\n", "2\n"}


def test_many_threads_and_steps_stay_within_the_limits(explore):
    source = COUNTER.replace("    n += 1", "    for _ in range(1000): n += 1").replace("range(2)", "range(100)")
    story = explore(source, stdin="0\n", schedules=1000)
    assert story.run.measured.limit is None, story.run
    report = story.explored.report
    assert report["executions"] >= 3
    assert report["outcomes"][0]["output"] == "100000\n"
    assert len(report["outcomes"]) > 1
    assert (report["finding"]["preemptions"], report["finding"]["realism"]) == (1, "language")


def test_a_report_is_bounded(explore):
    source = (
        "import threading\nseen = []\ndef f(n):\n    for _ in range(30): seen.append(n)\n"
        "ts = [threading.Thread(target=f, args=(n,)) for n in range(3)]\n"
        "for t in ts: t.start()\nfor t in ts: t.join()\nprint(seen * 200)\n"
    )
    report = explore(source, schedules=400).explored.report
    assert len(json.dumps(report, separators=(",", ":"))) <= MOST_BYTES
    told = report["outcomes"]
    assert len(told) + report["left_out"] > 100
    assert all(each["trace"] for each in told[:MOST_TRACES])
    assert not any(each["trace"] for each in told[MOST_TRACES:])
    assert all(each["trace"]["dropped"] + len(each["trace"]["events"]) > 90 for each in told[:MOST_TRACES])


def test_what_is_not_modelled_is_an_outcome(explore):
    report = explore("import subprocess\nsubprocess.run(['true'])\n").explored.report
    assert report["finding"]["outcome"]["kind"] == "not modelled"
    assert "line 2" in report["finding"]["outcome"]["detail"]


def test_a_program_that_ends_its_process_has_no_report(explore):
    story = explore("import ctypes\nctypes.string_at(0)\n")
    assert (story.run.measured.signal, story.run.measured.limit) == (11, None)
    assert not any(type(each).__name__ == "Explored" for each in story.events)


def test_a_report_that_the_program_forges_is_refused(explore):
    forged = {"type": "explored", "last": True, "report": {"format": 1}}
    source = (
        "import json, os, struct, time\n"
        f"body = json.dumps({forged!r}).encode()\nos.write(1001, struct.pack('>I', len(body)) + body)\n"
        "while True: sum(range(1000))\n"
    )
    story = explore(source)
    assert not any(type(each).__name__ == "Explored" for each in story.events)
    assert story.run.measured.signal == 9

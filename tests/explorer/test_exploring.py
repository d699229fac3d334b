"""Exploring: findings, claims, replay, determinism."""

import random
import subprocess
import sys
import types
from pathlib import Path

import pytest

from sandbox.explorer import (
    DivergenceError,
    Execution,
    Kind,
    ModuleSource,
    Program,
    ProgramError,
    Settings,
    UsageError,
    explore,
    load,
    replay,
)
from sandbox.explorer.schedule import Schedule, parse
from sandbox.explorer.strategies import NAMES
from tests.explorer.running import explored, program

COUNTER = """
import threading
class Counter:
    def __init__(self):
        self.value = 0
    def increment(self):
        self.value += 1
counter = Counter()
ts = [threading.Thread(target=counter.increment) for _ in range(2)]
for t in ts: t.start()
for t in ts: t.join()
print(counter.value)
"""


def test_the_lost_update_is_found_and_explained() -> None:
    report = explored(COUNTER)
    finding = report.finding
    assert finding is not None
    assert finding.execution.outcome.output == "1\n"
    assert finding.execution.preemptions == 1
    assert finding.fewest
    assert finding.confirmed
    values = [(event.op, event.what, event.value) for event in finding.events if event.what == "self.value"]
    assert values == [
        ("read", "self.value", "0"),
        ("read", "self.value", "0"),
        ("write", "self.value", "1"),
        ("write", "self.value", "1"),
    ]
    assert {event.line for event in finding.events if event.what == "self.value"} == {7}


def test_the_gil_would_not_show_a_lost_update_of_one_statement_but_does_across_a_call() -> None:
    one = explored(COUNTER).finding
    assert one is not None
    assert one.realism == "language"
    other = explored(COUNTER.replace("self.value += 1", "self.value = int(self.value) + 1")).finding
    assert other is not None
    assert other.realism == "gil"


def test_a_data_race_without_a_wrong_result_is_reported_and_is_no_failure() -> None:
    report = explored(
        """
        import threading
        stop = False
        def work():
            while not stop: pass
        t = threading.Thread(target=work); t.start()
        stop = True
        t.join(); print("ended")
        """,
        schedules=60,
    )
    assert report.ok
    assert [race.what for race in report.races] == ["stop"]
    assert {race.first.line for race in report.races} | {race.second.line for race in report.races} == {5, 7}


def test_a_lock_orders_accesses_so_that_there_is_no_race() -> None:
    locked = COUNTER.replace("self.value = 0", "self.value = 0; self.lock = threading.Lock()").replace(
        "self.value += 1", "with self.lock: self.value += 1"
    )
    report = explored(locked, schedules=100)
    assert report.ok
    assert report.races == []


def test_events_queues_and_joins_order_accesses() -> None:
    report = explored(
        """
        import threading, queue
        box, ready, jobs = {}, threading.Event(), queue.SimpleQueue()
        result = 0
        def work():
            global result
            box["a"] = 1
            ready.set()
            result = jobs.get()
        t = threading.Thread(target=work); t.start()
        ready.wait(); box["a"] += 1
        jobs.put(box["a"])
        t.join(); print(result)
        """,
        schedules=100,
    )
    assert report.ok
    assert report.races == []


def test_all_schedules_are_claimed_only_when_nothing_is_left() -> None:
    assert explored(COUNTER, schedules=500, strategy="bounded").complete_bound == 1 << 30
    assert explored(COUNTER, schedules=10, strategy="bounded").complete_bound < 1
    assert explored(COUNTER, schedules=10, strategy="random").complete_bound == -1


@pytest.mark.parametrize("strategy", NAMES)
def test_every_strategy_finds_the_lost_update(strategy: str) -> None:
    report = explored(COUNTER, strategy=strategy, schedules=200)
    assert report.finding is not None
    assert report.finding.execution.preemptions == 1


@pytest.mark.parametrize("strategy", NAMES)
def test_the_same_seed_gives_the_same_findings_twice(strategy: str) -> None:
    seed = random.randrange(1000)
    print(f"seed {seed}")
    first, second = (explored(COUNTER, strategy=strategy, schedules=150, seed=seed) for _ in range(2))
    assert [(each.outcome, each.count, each.found_at, str(each.schedule)) for each in first.outcomes] == [
        (each.outcome, each.count, each.found_at, str(each.schedule)) for each in second.outcomes
    ]


def test_replay_gives_the_same_execution() -> None:
    finding = explored(COUNTER).finding
    assert finding is not None
    execution, tracer = replay(program(COUNTER), str(finding.execution.schedule))
    assert execution.outcome == finding.execution.outcome
    assert tracer.events == finding.events


def test_a_schedule_that_cannot_be_followed_is_told_so() -> None:
    text = str(Schedule(b"\x00" * len(program(COUNTER).sites), ((9999, 1),)))
    with pytest.raises(DivergenceError, match="ended before step 9999"):
        replay(program(COUNTER), text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense", "is not a schedule"),
        ("27.0.", "was found on Python 2.7"),
        ("{v}.!.", "is not base 36"),
        ("{v}.zzzz.", "belongs to another program"),
        ("{v}.0.x:1", "is not `step:thread`"),
        ("{v}.0.5:1-5:2", "do not ascend"),
    ],
)
def test_bad_schedules_are_refused_with_the_reason(text: str, message: str) -> None:
    version = str(Schedule(b"", ())).partition(".")[0]
    with pytest.raises(UsageError, match=message):
        parse(text.replace("{v}", version), 3)


def test_a_program_that_differs_from_run_to_run_is_reported_as_such() -> None:
    report = explored(
        """
        import threading
        x = 0
        def chance(size):
            with open("/dev/urandom", "rb") as file:
                return file.read(size)
        def work():
            global x
            x += 1
            if chance(1)[0] % 2:
                x += 1
        ts = [threading.Thread(target=work) for _ in range(2)]
        for t in ts: t.start()
        for t in ts: t.join()
        print(x, chance(8))
        """,
        schedules=50,
    )
    assert report.diverged is not None
    assert report.complete_bound == -1


def test_an_exception_is_in_the_same_line_however_often_the_code_has_run() -> None:
    """CPython 3.11 names another line once it has joined two instructions, and the traced execution joins none."""
    report = explored(
        """
        import threading
        total = 0
        def work():
            for _ in range(2):
                total += 1
        for _ in range(4):
            ts = [threading.Thread(target=work) for _ in range(3)]
            for t in ts: t.start()
            for t in ts: t.join()
        """,
        schedules=20,
    )
    assert report.diverged is None
    assert report.finding is not None
    told = [outcome.outcome.detail for outcome in report.outcomes]
    assert told
    assert all("(line 6)" in each for each in told), told


def test_programs_that_are_not_python_are_refused_with_the_line() -> None:
    with pytest.raises(ProgramError, match=r"program.py, line 2: .*"):
        load("x = 1\nx = = 2", "program.py")
    with pytest.raises(ProgramError, match="outside function"):
        load("return 1", "program.py")
    with pytest.raises(ProgramError, match="byte 0xff at position 0"):
        load(b"\xff", "program.py")


def scenario(modules: dict[str, types.ModuleType]) -> int:
    solution = modules["solution"]
    threading = modules["scenario"].threading
    counter = solution.Counter()
    threads = [threading.Thread(target=counter.increment) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    value: int = counter.value
    return value


SOLUTION = "class Counter:\n    def __init__(self): self.value = 0\n    def increment(self): self.value += 1\n"


def test_an_entry_with_a_judge() -> None:
    modules = [
        ModuleSource("solution", SOLUTION, "solution.py"),
        ModuleSource("scenario", "import threading\nimport solution\n", "scenario.py", instrument=False),
    ]

    def judge(execution: Execution) -> str | None:
        return None if execution.value == 2 else f"2 increments gave {execution.value}"

    seen: list[tuple[int, int]] = []
    report = explore(
        Program(modules),
        entry=scenario,
        settings=Settings(schedules=100, stop_at_failure=True),
        judge=judge,
        progress=lambda done, planned: seen.append((done, planned)),
    )
    assert report.finding is not None
    assert report.finding.problem == "2 increments gave 1"
    assert report.finding.execution.value == 1
    assert report.executions < 100


@pytest.mark.parametrize("strategy", NAMES)
def test_a_judge_is_asked_once_about_each_execution_and_before_the_next(strategy: str) -> None:
    """It may look at what the execution has left behind, such as a server; here it is the number of the execution."""
    modules = [
        ModuleSource("solution", SOLUTION, "solution.py"),
        ModuleSource("scenario", "import threading\nimport solution\n", "scenario.py", instrument=False),
    ]
    number = 0
    asked: list[Execution] = []
    numbers: list[int] = []

    def entry(modules: dict[str, types.ModuleType]) -> int:
        nonlocal number
        number += 1
        return scenario(modules)

    def judge(execution: Execution) -> str | None:
        assert all(execution is not other for other in asked)
        asked.append(execution)
        numbers.append(number)
        return None if execution.value == 2 else "lost"

    report = explore(Program(modules), entry, Settings(schedules=100, seed=3, strategy=strategy), judge)
    assert report.finding is not None
    assert (report.finding.confirmed, report.finding.problem) == (True, "lost")
    assert numbers == sorted(set(numbers))


def test_an_unknown_strategy_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown strategy 'magic': use one of portfolio"):
        explore(load("x = 1", "program.py"), settings=Settings(strategy="magic"))


def test_the_address_of_an_object_makes_no_outcome() -> None:
    report = explored(
        """
        import threading
        class Thing: pass
        def show(): print(Thing(), [Thing()])
        kept = [threading.Thread(target=show) for _ in range(2)]
        for each in kept: each.start()
        for each in kept: each.join()
        """,
        schedules=60,
    )
    assert report.finding is None, report.outcomes
    assert "<__main__.Thing object at 0x…>" in report.plain.output


def test_a_program_too_long_for_the_time_gets_as_many_schedules_as_its_steps_leave_room_for() -> None:
    source = """
        import threading
        n = 0
        def add():
            global n
            for _ in range(4000): n += 1
        kept = [threading.Thread(target=add) for _ in range(2)]
        for each in kept: each.start()
        for each in kept: each.join()
        print(n)
        """
    planned: list[int] = []
    report = explore(
        program(source),
        settings=Settings(schedules=1000, cpu_seconds=0.5),
        progress=lambda _, total: planned.append(total),
    )
    assert 1 < report.executions < 50
    assert set(planned) <= {1000, int(0.5 * 500_000 / report.steps)}
    assert report.finding is not None
    assert (report.finding.execution.preemptions, report.finding.realism) == (1, "language")


def test_a_program_with_asyncio_after_one_without() -> None:
    """In a process that has not loaded asyncio's accelerator itself: it stays absent."""
    code = (
        "import sys\n"
        "from sandbox.explorer import Settings, explore, load\n"
        "assert '_asyncio' not in sys.modules\n"
        "for source in ('print(1)', 'import asyncio\\nprint(asyncio.run(asyncio.sleep(5, 2)))'):\n"
        "    report = explore(load(source, 'program.py'), settings=Settings(schedules=5))\n"
        "    print(report.plain.output, end='')\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.stdout == "1\n2\n", done.stderr


def test_nothing_of_a_thread_reaches_those_that_come_after_it_in_this_execution_or_the_next() -> None:
    report = explored(
        """
        import contextvars, sys, threading
        seen = contextvars.ContextVar("seen", default="nothing")
        one, other = threading.Lock(), threading.Lock()
        def work(first, second):
            print(seen.get(), sys.exc_info()[0])
            seen.set("something")
            try:
                raise ValueError
            except ValueError:
                with first:
                    with second:
                        pass
        for pair in ((one, other), (other, one)):
            threading.Thread(target=work, args=pair).start()
        """,
        schedules=300,
    )
    assert {seen.outcome.kind for seen in report.outcomes} == {Kind.FINISHED, Kind.DEADLOCK}
    assert {line for seen in report.outcomes for line in seen.outcome.output.splitlines()} == {"nothing None"}

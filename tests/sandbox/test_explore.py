"""Explore mode and virtual time: what the explorer finds, as a checker's report."""

from collections.abc import Iterable

import pytest

from sandbox import protocol

SCENARIO = """
from kit import in_threads, together

def hammer(solution, case):
    counter = solution.Counter()
    in_threads(case["threads"], lambda: [counter.increment() for _ in range(case["times"])])
    return counter.value

def call(solution, case):
    return solution.f()
"""
HAMMER = """
from kit import Test, explore

class EveryIncrementCounts(Test):
    \"\"\"Threads that increment together lose nothing.\"\"\"
    scenario = "hammer"
    mode = explore(schedules=200)
    visible = VISIBLE

    def cases(self, rng):
        yield {"threads": 2, "times": 1}
        yield {"threads": 3, "times": rng.randint(1, 2)}

    def check(self, case, result):
        self.equal(result.value, case["threads"] * case["times"], "Increments were lost.")
"""
UNSAFE = """class Counter:
    def __init__(self):
        self.value = 0
    def increment(self):
        self.value += 1
"""
SAFE = """
import threading
class Counter:
    def __init__(self):
        self.value, self.lock = 0, threading.Lock()
    def increment(self):
        with self.lock:
            self.value += 1
"""


def checks(check: str, **fields: str) -> str:
    """checks.py with one test of f() under 100 schedules."""
    lines = "".join(
        f"    {name} = {value}\n" for name, value in {"visible": "True", "mode": "explore(100)", **fields}.items()
    )
    return (
        "from kit import Test, explore, virtual_time\n"
        f'class T(Test):\n    """T."""\n    scenario = "call"\n{lines}'
        f"    def check(self, case, result):\n        {check}\n"
    )


def test_right_is_accepted_on_every_schedule(grade):
    story = grade(SAFE, SCENARIO, HAMMER.replace("VISIBLE", "True"))
    assert story.report.verdict == "ACCEPTED", story.report
    assert story.report.executions > 2
    progress = [each for each in story.events if isinstance(each, protocol.Progress)]
    assert (progress[-1].done, progress[-1].total, progress[-1].unit) == (400, 400, "schedules")


def test_an_unsafe_increment_is_a_race_with_its_interleaving(grade):
    report = grade(UNSAFE, SCENARIO, HAMMER.replace("VISIBLE", "True")).report
    assert (report.verdict, report.line) == ("RACE", 5), report
    assert "look at `self.value` in line 5" in report.message
    assert "1 preemption, the fewest that show it" in report.detail
    assert "self.value = 0 -> 1" in report.detail
    assert report.schedule
    shown = report.finding
    assert shown is not None
    assert (shown["schedule"], shown["fewest"], shown["realism"], shown["confirmed"]) == (
        report.schedule,
        True,
        "language",
        True,
    )
    assert [race["what"] for race in shown["races"]] == ["self.value"]
    assert any(event["op"] == "write" and event["value"] == "1" for event in shown["events"])
    assert (shown["other"], shown["parts_at"]) == (None, None)


SWITCHES_OFF = (
    UNSAFE
    + """
import builtins

def nothing(value=False, *more):
    return value if more else False

mine = globals()["__buil" + "tins__"]
for name in [name for name in set(mine) - set(vars(builtins)) if not isinstance(mine[name], type)]:
    mine[name] = globals()[name] = nothing
"""
)
"""Replaces whatever the explorer could have put beside Python's own names."""


def test_a_program_has_no_name_by_which_it_could_switch_the_explorer_off(grade):
    report = grade(SWITCHES_OFF, SCENARIO, HAMMER.replace("VISIBLE", "False")).report
    assert report.verdict == "RACE", report


def test_a_hidden_one_tells_the_line_and_no_value(grade):
    report = grade(UNSAFE, SCENARIO, HAMMER.replace("VISIBLE", "False")).report
    assert (report.verdict, report.detail, report.finding) == ("RACE", "", None)
    assert "line 5" in report.message


def test_the_same_seed_gives_the_same_report(grade):
    first, second = (grade(UNSAFE, SCENARIO, HAMMER.replace("VISIBLE", "True")).report for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("source", "verdict", "words"),
    [
        (
            "import threading\na, b = threading.Lock(), threading.Lock()\ndef g():\n    with b:\n        with a: pass\n"
            "def f():\n    t = threading.Thread(target=g)\n    t.start()\n    with a:\n        with b: pass\n"
            "    t.join()\n    return 1\n",
            "DEADLOCK",
            "lines 5 and 10",
        ),
        (
            "import threading\ndef f():\n    lock = threading.Lock()\n    lock.acquire()\n"
            "    threading.Thread(target=lock.acquire).start()\n    return 1\n",
            "LEAK",
            "wait for ever",
        ),
        ("def f():\n    raise ValueError('secret')\n", "RUNTIME_ERROR", "ValueError"),
        ("def f():\n    return 2\n", "WRONG_ANSWER", "not the expected"),
        (
            "import threading\nx = 0\ndef g():\n    global x\n    x = 1\ndef f():\n"
            "    t = threading.Thread(target=g)\n    t.start()\n    y = 1 // x if x != 1 else 1\n    t.join()\n"
            "    return 1\n",
            "RUNTIME_ERROR",
            "ZeroDivisionError",
        ),
        (
            "import threading\nd = {}\ndef g():\n    d.pop(1, None)\ndef f():\n    d[1] = 1\n"
            "    t = threading.Thread(target=g)\n    t.start()\n    y = d[1] if 1 in d else 1\n    t.join()\n"
            "    return 1\n",
            "RACE",
            "KeyError",
        ),
        ("def f():\n    raise SystemExit\n", "RUNTIME_ERROR", "ended itself (SystemExit)"),
        ("import sys\nsys.exit()\n", "RUNTIME_ERROR", "ended itself (SystemExit)"),
    ],
    ids=[
        "deadlock",
        "leak",
        "exception",
        "wrong",
        "exception at once",
        "exception on another schedule",
        "exit",
        "exit at import",
    ],
)
def test_endings(grade, source: str, verdict: str, words: str) -> None:
    report = grade(source, SCENARIO, checks("self.equal(result.value, 1)")).report
    assert report.verdict == verdict, report
    assert words in report.message, report.message
    # There is no line 0, and no other way to run it that a learner could choose here.
    assert "line 0" not in f"{report.message} {report.detail}"
    assert "real run" not in report.message


NOT_MODELLED = """import asyncio, os, socket, subprocess as sp, threading
from multiprocessing import Process

def fork():
    return os.fork()

def run():
    return sp.run(["true"])

def process():
    Process(target=print).start()

def connect():
    try:
        return socket.create_connection(("localhost", 1))
    except OSError:
        return None

def in_a_thread():
    thread = threading.Thread(target=fork)
    thread.start()
    thread.join()

def awaited():
    asyncio.run(asyncio.create_subprocess_exec("true"))

def neither():
    return 1
"""


def not_modelled(names: Iterable[str], more: str = "") -> str:
    """checks.py with a test of each of those functions, in that order."""
    text = "from kit import Test, explore\n"
    for number, name in enumerate(names):
        text += (
            f'class T{number}(Test):\n    """{name}."""\n    scenario = "one"\n    mode = explore(20)\n{more}'
            f'    def cases(self, rng):\n        yield {{"name": {name!r}}}\n'
            "    def check(self, case, result):\n        self.equal(result.value, 2)\n"
        )
    return text


ONE = "def one(solution, case):\n    return getattr(solution, case['name'])()\n"


def test_what_is_not_modelled_is_forbidden_with_the_call_and_its_line(grade):
    told = {
        "fork": ("`os.fork` in line 5.", 5),
        "process": ("`multiprocessing.Process` in line 11.", 11),
        "connect": ("`socket.create_connection` in line 15.", 15),
        "in_a_thread": ("`os.fork` in line 5.", 5),
        "run": ("`subprocess.run` in line 8.", 8),
        # The call is one of asyncio's own; no word is told that is not the program's.
        "awaited": ("a process, the network or a signal in line 25.", 25),
    }
    story = grade(NOT_MODELLED, ONE, not_modelled(told, "    visible = True\n"))
    for test, (words, line) in zip(story.tests, told.values(), strict=True):
        assert (test.report.verdict, test.report.line) == ("FORBIDDEN", line), test
        assert "NotModelledError" not in test.report.detail
        assert words in test.report.message, test


def test_a_test_for_where_it_is_modelled_passes_what_is_not_and_judges_the_rest(grade):
    checks = not_modelled(["fork", "connect", "neither"], "    where_modelled = True\n")
    story = grade(NOT_MODELLED, ONE, checks)
    assert story.verdicts == ["ACCEPTED", "ACCEPTED", "WRONG_ANSWER"], story.tests


def test_a_deterministic_test_compares_schedules(grade):
    source = (
        "import threading\ndef f():\n    ts = [threading.Thread(target=print, args=(n,)) for n in (1, 2)]\n"
        "    for t in ts: t.start()\n    for t in ts: t.join()\n"
    )
    report = grade(source, SCENARIO, checks("pass", deterministic="True")).report
    assert report.verdict == "NONDETERMINISTIC", report
    shown = report.finding
    assert shown["outcome"]["output"] == "2\n1\n"
    assert shown["other"]["outcome"]["output"] == "1\n2\n"
    before = [
        [event["tid"] for event in each["events"] if event["step"] < shown["parts_at"]]
        for each in (shown, shown["other"])
    ]
    assert before[0] == before[1]
    first = [
        next(event["tid"] for event in each["events"] if event["step"] >= shown["parts_at"] and event["op"] == "print")
        for each in (shown, shown["other"])
    ]
    assert first == [2, 1]


def test_sometimes_looks_at_all_schedules(grade):
    source = (
        "import threading\nseen = []\ndef g():\n    seen.append(1)\ndef f():\n    t = threading.Thread(target=g)\n"
        "    t.start()\n    early = len(seen) > 0\n    t.join()\n    return early\n"
    )
    check = "self.sometimes(result.value, 'It is never early.'); self.sometimes(not result.value, 'It is never late.')"
    assert grade(source, SCENARIO, checks(check)).report.verdict == "ACCEPTED"
    never = grade("def f():\n    return False\n", SCENARIO, checks(check)).report
    assert (never.verdict, never.message) == ("WRONG_ANSWER", "It is never early.")


def test_virtual_time_is_exact_and_costs_nothing(grade):
    source = "import asyncio\nasync def main():\n    await asyncio.gather(asyncio.sleep(50), asyncio.sleep(30))\n"
    source += "def f():\n    asyncio.run(main())\n    return 1\n"
    check = "self.true(50 <= result.elapsed < 50.1, f'It took {result.elapsed} s.')"
    story = grade(source, SCENARIO, checks(check, mode="virtual_time()"))
    assert story.report.verdict == "ACCEPTED", story.report
    assert story.tests[0].measured.wall_seconds < 20


LOOP = """
import asyncio, time
async def work(seconds):
    await asyncio.sleep(seconds)
    return seconds
"""


@pytest.mark.parametrize(
    ("body", "value", "elapsed"),
    [
        ("time.monotonic()\n    await asyncio.gather(*[work(2.5) for _ in range(500)])", None, 2.5),
        ("return [await each for each in asyncio.as_completed([work(3), work(1), work(2)])]", [1, 2, 3], 3.0),
        ("async with asyncio.timeout(7):\n        await work(5)", None, 5.0),
        ("loop = asyncio.get_running_loop()\n    while loop.time() < 1:\n        await asyncio.sleep(0)", None, None),
        ("while time.monotonic() < 1:\n        await asyncio.sleep(0)", None, None),
    ],
    ids=["gather", "as_completed", "timeout", "polls the loop", "polls the clock"],
)
def test_an_event_loop_in_virtual_time(grade, body: str, value: object, elapsed: float | None) -> None:
    source = LOOP + f"async def main():\n    {body}\ndef f():\n    return asyncio.run(main())\n"
    check = (
        f"self.equal(result.value, {value!r}); self.true({elapsed} in (None, result.elapsed), f'{{result.elapsed}}')"
    )
    report = grade(source, SCENARIO, checks(check, mode="virtual_time()")).report
    assert report.verdict == "ACCEPTED", report


def test_what_a_case_keeps_to_itself_stays_with_the_checker(grade):
    given = checks("self.equal(result.value, {'told': 1}); self.equal(case['_kept'], 2)", mode="virtual_time()")
    given += "    def cases(self, rng):\n        yield {'told': 1, '_kept': 2}\n"
    scenario = "def call(solution, case):\n    return case\n"
    assert grade("", scenario, given).report.verdict == "ACCEPTED"
    real = given.replace("import Test", "import Test, real").replace("mode = virtual_time()", "mode = real()")
    assert grade("", scenario, real).report.verdict == "ACCEPTED"


def test_tasks_that_wait_for_each_other_are_named_by_their_lines(grade):
    source = (
        "import asyncio\nasync def take(gate):\n    await gate.acquire()\n    await gate.acquire()\n"
        "async def main():\n    gate = asyncio.Semaphore(1)\n    await asyncio.gather(take(gate))\n"
        "def f():\n    asyncio.run(main())\n"
    )
    report = grade(source, SCENARIO, checks("pass", mode="virtual_time()")).report
    assert (report.verdict, report.line) == ("DEADLOCK", 4), report
    assert report.message == "Every task waits for something that never comes: in line 4."
    assert "Task-2 in line 4 (take)" in report.detail


def test_a_lost_exception_has_its_traceback(grade):
    source = (
        "import asyncio\nasync def fail():\n    raise KeyError('lost')\nasync def main():\n"
        "    task = asyncio.create_task(fail())\n    await asyncio.sleep(1)\n    return 1\n"
        "def f():\n    return asyncio.run(main())\n"
    )
    report = grade(source, SCENARIO, checks("self.equal(result.value, 1)", mode="virtual_time()")).report
    assert (report.verdict, report.line) == ("RUNTIME_ERROR", 3), report
    assert report.message == "KeyError ended a thread or task, and nobody noticed."
    assert 'File "main.py", line 3, in fail' in report.detail
    assert "KeyError: 'lost'" in report.detail
    assert "sandbox" not in report.detail
    hidden = grade(source, SCENARIO, checks("pass", mode="virtual_time()", visible="False")).report
    assert (hidden.message, hidden.detail) == (report.message, "")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "    t = threading.Thread(target=g)\n    t.start()\n    with a:\n        with b: pass\n    t.join()\n",
            "The threads wait for each other for ever: for a lock in lines 6 and 11.",
        ),
        (
            "    a.acquire()\n    a.acquire()\n",
            "A thread waits for ever for what it holds itself: for a lock in line 9.",
        ),
        (
            "    queue.Queue().get()\n",
            "Every thread that is left waits for something that never comes: for an item of a queue in line 8.",
        ),
        (
            "    t = threading.Thread(target=threading.Event().wait)\n    t.start()\n    t.join()\n",
            "Every thread that is left waits for something that never comes: for a thread to end in line 10.",
        ),
    ],
    ids=["each other", "itself", "queue", "a thread that waits"],
)
def test_a_hidden_deadlock_tells_who_waits_for_what(grade, body: str, words: str) -> None:
    source = (
        "import queue, threading\na, b = threading.Lock(), threading.Lock()\n"
        f"def g():\n    x = 1\n    with b:\n        with a: pass\ndef f():\n{body}    return 1\n"
    )
    report = grade(source, SCENARIO, checks("pass", visible="False")).report
    assert (report.verdict, report.message, report.detail) == ("DEADLOCK", words, "")


def test_a_task_that_is_left_is_a_leak(grade):
    source = (
        "import asyncio\nasync def main():\n    asyncio.create_task(asyncio.sleep(9), name='stray')\n"
        "def f():\n    asyncio.run(main())\n"
    )
    report = grade(source, SCENARIO, checks("pass", mode="virtual_time()")).report
    assert report.verdict == "LEAK", report
    assert report.message.startswith("Tasks were left running")
    assert "stray" in report.detail


@pytest.mark.parametrize(
    "forged",
    [
        {"kind": "not modelled", "detail": "SECRET"},
        {"kind": "exception", "lines": [4711], "what": "SECRET", "error": None},
        {"kind": "lost exception", "lines": [4711], "what": "x; SECRET", "error": None},
        {"kind": "deadlock", "returned": False, "waits": [[4711, "lock"]], "lines": [4711]},
        {"kind": "livelock", "lines": [4711], "schedule": "SECRET", "executions": 4711},
    ],
    ids=["not modelled", "exception", "lost", "deadlock", "livelock"],
)
def test_a_forged_finding_carries_nothing_out_of_a_hidden_test(grade, forged: dict[str, object]) -> None:
    lost = {"kind": "exception", "name": "SECRET", "text": "SECRET", "traceback": "SECRET", "line": 4711}
    trace = {
        "kind": "", "detail": "", "problem": None, "threads": ["MainThread"], "events": [], "waits": None, "dropped": 0,
    }  # fmt: skip
    finding = {
        "problem": None, "preemptions": 0, "fewest": True, "realism": "", "what": None, "lines": [], "waits": [],
        "returned": True, "schedule": "", "detail": "", "error": None, "lost": lost, "lost_in": "SECRET",
        "trace": trace,
        **forged,
    }  # fmt: skip
    source = (
        "import builtins, gc\ndef f():\n    return 2\n"
        "for each in gc.get_objects():\n"
        "    if callable(each) and getattr(each, '__name__', '') == '_finding':\n"
        f"        each.__code__ = (lambda *_: {finding!r}).__code__\n"
    )
    story = grade(source, SCENARIO, checks("self.equal(result.value, 1)", visible="False"))
    report = story.report
    assert "SECRET" not in str(report)
    assert "4711" not in str(report)
    assert report.verdict not in ("ACCEPTED", "WRONG_ANSWER"), "it was not forged"

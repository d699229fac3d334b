"""Grading: what a checker asks for, what a learner's process may say about itself, and what hidden tests give away."""

import json

import pytest

from sandbox import protocol
from tests.sandbox.test_run import code

SCENARIO = """
from kit import in_threads

def hammer(solution, case):
    counter = solution.Counter()
    in_threads(case["threads"], lambda: [counter.increment() for _ in range(case["times"])])
    return counter.value
"""

CHECKS = """
from kit import Test, real

class EveryIncrementCounts(Test):
    \"\"\"Threads that increment together lose nothing.\"\"\"
    scenario = "hammer"
    mode = real(repeat=3)
    visible = VISIBLE

    def cases(self, rng):
        yield {"threads": 2, "times": 1}
        yield {"threads": rng.randint(3, 5), "times": rng.randint(2, 9)}

    def check(self, case, result):
        self.equal(result.value, case["threads"] * case["times"])
"""
VISIBLE = CHECKS.replace("VISIBLE", "True")
HIDDEN = CHECKS.replace("VISIBLE", "False")

GOOD = """
import threading
class Counter:
    def __init__(self):
        self.value, self.lock = 0, threading.Lock()
    def increment(self):
        with self.lock:
            self.value += 1
"""


def simple(check: str = "self.equal(result.value, 1)", **fields: object) -> str:
    """checks.py with one test of `call`, which calls the learner's f()."""
    lines = "".join(f"    {name} = {value!r}\n" for name, value in {"visible": True, **fields}.items())
    return f'from kit import Test, real\nclass T(Test):\n    """T."""\n    scenario = "call"\n{lines}' + (
        f"    def check(self, case, result):\n        {check}\n"
    )


CALL = "def call(solution, case):\n    return solution.f()\n"


def test_accepted(grade):
    story = grade(GOOD, SCENARIO, VISIBLE)
    report = story.report
    assert (report.verdict, report.executions, report.detail) == ("ACCEPTED", 6, "")
    assert story.tests[0].measured.limit is None
    progress = [each for each in story.events if isinstance(each, protocol.Progress)]
    assert (progress[-1].done, progress[-1].total) == (6, 6)


def test_wrong_answer_with_expected_and_got_where_it_is_visible(grade):
    report = grade(GOOD.replace("+= 1", "+= 2"), SCENARIO, VISIBLE).report
    assert report.verdict == "WRONG_ANSWER"
    assert "expected: 2" in report.detail
    assert "got: 4" in report.detail
    assert "{'threads': 2, 'times': 1}" in report.detail


def test_a_missing_name_is_named(grade):
    report = grade("class Count: pass", SCENARIO, HIDDEN).report
    assert (report.verdict, report.detail) == ("RUNTIME_ERROR", "")
    assert report.message == "Your program has no `Counter`: the task asks for one with exactly this name."
    assert "`Counter` has no `increment`" in grade("class Counter: pass", SCENARIO, HIDDEN).report.message


def test_a_syntax_error_has_its_line_and_caret(grade):
    report = grade("x = 1\ny = (\n", SCENARIO, VISIBLE).report
    assert (report.verdict, report.line) == ("SYNTAX_ERROR", 2)
    assert "line 2" in report.message
    assert "    y = (\n        ^\n" in report.detail


def test_an_exception_has_the_learners_frames_only(grade):
    report = grade("def f():\n    return g()\n\ndef g():\n    raise ValueError('x')\n", CALL, simple()).report
    assert (report.verdict, report.line) == ("RUNTIME_ERROR", 5)
    assert 'File "main.py", line 2, in f' in report.detail
    assert "ValueError: x" in report.detail
    assert "scenario" not in report.detail
    assert "sandbox" not in report.detail


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise asyncio.InvalidStateError('no')", "InvalidStateError was raised and nothing handled it."),
        ("raise TooSlow('no')", "TooSlow was raised and nothing handled it."),
        ("raise type('Case' + '17', (Exception,), {})", "An exception of the program's own was raised"),
        ("return solution_of_the_test()", "An exception of the test's own was raised where the test used what"),
    ],
    ids=["the library's", "the program's", "made up", "the test's"],
)
def test_an_exception_is_named_where_its_name_tells_nothing_of_the_case(grade, body: str, words: str) -> None:
    scenario = (
        "class Trouble(Exception): pass\ndef call(solution, case):\n    def fail(): raise Trouble('no')\n"
        "    solution.solution_of_the_test = fail\n    return solution.f()\n"
    )
    source = f"import asyncio\nclass TooSlow(Exception): pass\ndef f():\n    {body}\n"
    report = grade(source, scenario, simple(visible=False)).report
    assert (report.verdict, report.detail) == ("RUNTIME_ERROR", "")
    assert report.message.startswith(words)


def test_an_exception_lost_in_a_thread_or_a_task_is_found(grade):
    in_thread = (
        "import threading\ndef f():\n    t = threading.Thread(target=lambda: 1 / 0)\n"
        "    t.start()\n    t.join()\n    return 1\n"
    )
    report = grade(in_thread, CALL, simple()).report
    assert (report.verdict, report.line) == ("RUNTIME_ERROR", 3)
    assert "ZeroDivisionError ended a thread" in report.message
    in_task = code("""
        import asyncio
        async def fail(): raise KeyError("lost")
        async def main():
            asyncio.create_task(fail())
            await asyncio.sleep(0.01)
            return 1
        def f(): return asyncio.run(main())
    """)
    report = grade(in_task, CALL, simple()).report
    assert (report.verdict, report.line) == ("RUNTIME_ERROR", 2)


def test_left_threads_and_processes_are_a_leak(grade):
    thread = (
        "import threading\ndef f():\n"
        "    threading.Thread(target=threading.Event().wait, name='stray').start()\n    return 1\n"
    )
    report = grade(thread, CALL, simple()).report
    assert report.verdict == "LEAK"
    assert "stray" in report.detail
    process = "import subprocess\ndef f():\n    subprocess.Popen(['sleep', '60'])\n    return 1\n"
    story = grade(process, CALL, simple())
    assert story.report.verdict == "LEAK"


def test_a_thread_that_is_about_to_end_is_no_leak(grade):
    source = (
        "import threading, time\ndef f():\n    threading.Thread(target=time.sleep, args=(0.1,)).start()\n    return 1\n"
    )
    assert grade(source, CALL, simple()).report.verdict == "ACCEPTED"


def test_a_leak_can_be_allowed(grade):
    source = "import threading\ndef f():\n    threading.Thread(target=threading.Event().wait).start()\n    return 1\n"
    assert grade(source, CALL, simple(clean=False)).report.verdict == "ACCEPTED"


def test_nondeterministic(grade):
    source = (
        "import itertools, os\ndef f():\n"
        "    n = int(open('n').read()) if os.path.exists('n') else 0\n"
        "    open('n', 'w').write(str(n + 1))\n    return n\n"
    )
    checks = simple("self.true(result.value >= 0, 'x')", deterministic=True)
    checks = checks.replace("    def check", "    mode = real(repeat=3)\n    def check")
    report = grade(source, CALL, checks).report
    assert report.verdict == "NONDETERMINISTIC"
    assert "one run      another\n" in report.detail
    assert "returned 0 | returned 1\n" in report.detail
    hidden = grade(source, CALL, checks.replace("visible = True", "visible = False")).report
    assert (hidden.verdict, hidden.detail) == ("NONDETERMINISTIC", "")


def test_sometimes(grade):
    checks = simple("self.sometimes(result.value > 5, 'It never got far.')")
    report = grade("def f(): return 1", CALL, checks).report
    assert (report.verdict, report.message) == ("WRONG_ANSWER", "It never got far.")
    assert grade("def f(): return 6", CALL, checks).report.verdict == "ACCEPTED"


def test_printed_lines_with_their_threads(grade):
    source = code("""
        import threading
        def f():
            t = threading.Thread(target=lambda: [print(n, end="!\\n") for n in range(3)], name="w")
            t.start()
            t.join()
            print("end", end="")
            return 1
    """)
    checks = simple(
        "self.equal([(l.text, l.thread) for l in result.printed], "
        "[('0!', 'w'), ('1!', 'w'), ('2!', 'w'), ('end', 'MainThread')]); "
        "self.equal(result.printed_by('w'), ['0!', '1!', '2!']); "
        "self.equal(result.stdout, '0!\\n1!\\n2!\\nend')"
    )
    report = grade(source, CALL, checks).report
    assert report.verdict == "ACCEPTED", report


def test_late_output_and_counts(grade):
    source = code("""
        import multiprocessing, threading, time
        def f():
            def late():
                time.sleep(0.1)
                print("late")
            threading.Thread(target=late, name="slow").start()
            p = multiprocessing.Process(target=int)
            p.start()
            p.join()
            print("now")
            return 1
    """)
    checks = simple(
        "self.equal([(l.text, l.late) for l in result.printed], [('now', False), ('late', True)]); "
        "self.equal(result.alive, ['slow']); self.equal(result.threads_started, 1); "
        "self.equal(result.processes_started, 1); self.equal(result.threads_left, [])"
    )
    report = grade(source, CALL, checks).report
    assert report.verdict == "ACCEPTED", report


@pytest.mark.parametrize(
    ("returned", "shown"),
    [
        ("object", "<class 'object'>"),
        ("{1, 2}", "{1, 2}"),
        ("float('nan')", "nan"),
        ("'x' * 99", "xxx"),
        ("10 ** 5000", "int"),
    ],
)
def test_whatever_is_returned_is_a_wrong_answer_at_most(grade, returned, shown):
    report = grade(f"def f(): return {returned}", CALL, simple()).report
    assert report.verdict == "WRONG_ANSWER"
    assert shown in report.detail


def test_an_opaque_value_fails_whatever_a_check_does_with_it(grade):
    for use in (
        "result.value > 3",
        "len(result.value) == 1",
        "result.value['a']",
        "result.value.x",
        "1 in result.value",
    ):
        report = grade("def f(): return object()", CALL, simple(f"self.true({use}, 'no')")).report
        assert report.verdict == "WRONG_ANSWER", use


def test_objects_that_equal_everything_equal_nothing(grade):
    source = (
        "class Yes(int):\n    def __eq__(self, other): return True\n"
        "    def __hash__(self): return 0\ndef f(): return Yes(7)\n"
    )
    assert grade(source, CALL, simple()).report.verdict == "WRONG_ANSWER"


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos._exit(0)\n",
        "import sys\nsys.exit(0)\n",
        "import os\ndef f(): os._exit(0)\n",
        "import sys\ndef f(): sys.exit(0)\n",
        "import os, signal\ndef f(): os.kill(os.getpid(), signal.SIGKILL)\n",
        "import os\ndef f():\n    if os.fork(): os._exit(0)\n    return 1\n",
        "import ctypes\ndef f(): ctypes.string_at(0)\n",
    ],
    ids=["exit at import", "sys.exit at import", "exit", "sys.exit", "sigkill", "child goes on", "segfault"],
)
def test_ending_early_is_never_a_pass(grade, source):
    assert grade(source, CALL, simple(), allow=("ctypes",)).report.verdict == "RUNTIME_ERROR"


FORGED: list[dict[str, object]] = [
    {"type": "result", "value": 1},
    {
        "type": "report",
        "verdict": "ACCEPTED",
        "message": "",
        "detail": "",
        "line": None,
        "schedule": None,
        "executions": 1,
    },
    {"type": "ended"},
    {"type": "fault", "message": "x"},
    {"type": "ready", "syntax_error": None},
    {"type": "calling"},
    {
        "type": "result",
        "value": 1,
        "error": None,
        "lost": [],
        "threads_left": 3,
        "threads_started": 0,
        "processes_started": 0,
    },
    {
        "type": "result",
        "value": 1,
        "error": {"kind": 5},
        "lost": [],
        "threads_left": [],
        "threads_started": 0,
        "processes_started": 0,
    },
    {"no": "type"},
]


@pytest.mark.parametrize("frame", FORGED, ids=[f"{each.get('type')}-{n}" for n, each in enumerate(FORGED)])
def test_forged_frames_are_the_learners_failure(grade, frame):
    source = code(f"""
        import json, os, struct
        body = json.dumps({frame!r}).encode()
        def f():
            os.write(1001, struct.pack(">I", len(body)) + body)
            os._exit(0)
    """)
    assert grade(source, CALL, simple()).report.verdict == "RUNTIME_ERROR"


@pytest.mark.parametrize(
    "raw", [b"\xff" * 8, b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x05nonsense", b"\x00\x00\x10\x00" + b"[" * 4096]
)
def test_malformed_frames_are_the_learners_failure(grade, raw):
    source = f"import os\ndef f():\n    os.write(1001, {raw!r})\n    while True: pass\n"
    story = grade(source, CALL, simple())
    assert story.report.verdict == "RUNTIME_ERROR"
    assert story.tests[0].measured.wall_seconds < 5


def test_printing_what_looks_like_a_verdict_changes_nothing(grade):
    done = json.dumps({"type": "Done"})
    source = (
        f"import os\ndef f():\n    print({done!r}, 'ACCEPTED')\n"
        f"    os.write(1, b'\\0\\0\\0\\x0f' + {done!r}.encode())\n    return 2\n"
    )
    story = grade(source, CALL, simple())
    assert story.report.verdict == "WRONG_ANSWER"
    assert done in story.text(test=0)


SECRET = 9182736455
LEAKY = code(f"""
    from kit import Test
    class T(Test):
        \"\"\"A hidden test.\"\"\"
        scenario = "call"
        def cases(self, rng):
            yield {SECRET}
        def check(self, case, result):
            self.equal(result.value, {SECRET + 1})
""")
WITH_CASE = "def call(solution, case):\n    return solution.f(case)\n"


@pytest.mark.parametrize(
    "source",
    [
        "def f(n): return n",
        "def f(n): print(n); return str(n)",
        "def f(n): raise ValueError(n)",
        "def f(n): raise type(f'E{n}', (Exception,), {})()",
        "def f(n): raise SyntaxError(str(n), ('main.py', 1, 1, str(n)))",
        "def f(n): raise SystemExit(str(n))",
        "def f(n):\n    e = AttributeError(str(n), name=str(n), obj=type(f'T{n}', (), {})())\n    raise e",
        "import threading\ndef f(n):\n"
        "    t = threading.Thread(target=open, args=(str(n),), name=str(n))\n    t.start()\n"
        "    t.join()",
        "import threading\ndef f(n):\n    threading.Thread(target=threading.Event().wait, name=str(n)).start()",
        "import sys\ndef f(n):\n    print(n, file=sys.stderr)\n    while True: print(n)",
        "import threading\ndef f(n):\n    threading.current_thread().name = str(n)\n"
        "    l = threading.Lock(); l.acquire(); l.acquire()",
        "def f(n): return {'value': object(), 'n': n}",
        "def f(n): import os, sys; sys.stderr.write(str(n)); os._exit(n % 200)",
    ],
)
def test_hidden_tests_reveal_nothing(grade, source):
    story = grade(source, WITH_CASE, LEAKY, output_bytes=5000, wall_seconds=2)
    assert story.verdicts != ["ACCEPTED"]
    said = repr([event for event in story.events if not isinstance(event, protocol.Started)])
    assert str(SECRET)[:8] not in said
    assert not story.outputs(test=0)


def test_a_shadowed_module_harms_nobody(grade):
    source = (
        "open('json.py', 'w').write('raise SystemExit'); open('socket.py', 'w').write('x')\n"
        "import sys\nfor n in ('json', 'threading', 'struct'): sys.modules.pop(n)\n"
        "def f(): return 2\n"
    )
    assert grade(source, CALL, simple(), allow=("sys.modules",)).report.verdict in ("WRONG_ANSWER", "RUNTIME_ERROR")


def test_each_execution_has_a_fresh_program_and_each_test_a_fresh_process_and_folder(grade):
    source = (
        "import os\nn = 0\ndef f():\n    global n\n    n += 1\n    open('mark', 'w')\n"
        "    os.makedirs('a/b', exist_ok=True); os.chmod('a', 0)\n    return n\n"
    )
    checks = simple("self.equal(result.value, 1)").replace("    def check", "    mode = real(repeat=3)\n    def check")
    again = checks.split("\n", 1)[1].replace("class T", "class U")
    story = grade(source.replace("os.makedirs", "os.path.exists('a') or os.makedirs"), CALL, checks + again)
    assert story.verdicts == ["ACCEPTED", "ACCEPTED"]
    listing = "import os\ndef f(): return 1 if sorted(os.listdir()) == ['main.py'] else (open('x', 'w'), 0)[1]\n"
    assert (
        grade(listing, CALL, simple() + simple().split("\n", 1)[1].replace("class T", "class U")).verdicts
        == ["ACCEPTED"] * 2
    )


def test_a_limit_weighs_in_tests_as_in_runs(grade):
    story = grade("def f():\n    while True: pass\n", CALL, simple(), wall_seconds=0.5)
    assert story.verdicts == ["wall"]
    assert [frame.line for frame in story.tests[0].measured.stacks[0].frames] == [2]
    story = grade(
        "import threading\ndef f():\n    l = threading.Lock()\n    l.acquire()\n    l.acquire()\n", CALL, simple()
    )
    assert story.verdicts == ["deadlock"]


def test_a_limit_of_one_test_leaves_the_next_alone(grade):
    checks = simple() + simple().split("\n", 1)[1].replace("class T", "class U")
    source = "import os\ndef f():\n    x = []\n    while True: x.append(bytearray(10**6))\n"
    assert grade(source, CALL, checks, memory_mib=64).verdicts == ["memory", "memory"]


def test_stop_at_first_failure(sandbox):
    from tests.sandbox.conftest import do

    checks = simple() + simple().split("\n", 1)[1].replace("class T", "class U")
    challenge = protocol.Challenge(CALL, checks, stop_at_first_failure=True)
    assert do(sandbox, "def f(): return 2", challenge).verdicts == ["WRONG_ANSWER"]


def test_the_same_seed_gives_the_same_cases(sandbox):
    from tests.sandbox.conftest import do

    checks = simple("self.fail('x', str(case))").replace(
        "    def check", "    def cases(self, rng):\n        yield rng.random()\n    def check"
    )
    challenge = protocol.Challenge("def call(solution, case): pass", checks)
    details = [do(sandbox, "", challenge, seed=seed).report.detail for seed in (5, 5, 6)]
    assert details[0] == details[1] != details[2]


@pytest.mark.parametrize(
    ("scenario", "checks", "complaint"),
    [
        (CALL, "x =", "SyntaxError"),
        ("def call(", simple(), "scenario.py"),
        (CALL, "1 / 0", "ZeroDivisionError"),
        (CALL, "x = 1", "has no test"),
        ("x = 1", simple(), "scenario.py has no function 'call'"),
        (CALL, simple().replace('"""T."""', ""), "has no docstring"),
        (CALL, simple("1 / 0"), "checks.py"),
        (
            CALL,
            simple().replace("    def check", "    def cases(self, rng): return [].x\n    def check"),
            "AttributeError",
        ),
        ("def call(solution, case): return undefined_name", simple(), "undefined_name"),
        (CALL, simple("import sys; sys.exit(0)"), "SystemExit"),
        (CALL, simple("import os; os._exit(0)"), "ended its process"),
    ],
)
def test_the_instructors_fault_is_not_the_learners(grade, scenario, checks, complaint):
    fault = grade("def f(): return 1", scenario, checks).fault
    assert fault.blame == "challenge"
    assert complaint in fault.message


def test_a_result_too_long_is_the_learners_failure(grade):
    assert grade("def f(): return 'x' * 5_000_000", CALL, simple()).report.verdict == "RUNTIME_ERROR"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("joined", ["at the end", "at once", "at the end, when all have ended by themselves"])
def test_processes_are_counted_however_they_start(grade, method: str, joined: str) -> None:
    source = code(f"""
        import multiprocessing, os
        def work(numbers, index):
            numbers[index] = index * index
        def f():
            context = multiprocessing.get_context("{method}")
            numbers = context.Array("i", 3)
            workers = [context.Process(target=work, args=(numbers, index)) for index in range(3)]
            for worker in workers:
                worker.start()
                if {joined == "at once"}: worker.join()
                if {"ended" in joined and method != "forkserver"}:  # whose processes are not this one's children
                    os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
            for worker in workers:
                worker.join()
            return list(numbers)
    """)
    together = 1 if joined == "at once" else 3
    checks = simple(
        "self.equal(result.value, [0, 1, 4]); self.equal(result.processes_started, 3); "
        f"self.equal(result.processes_together, {together})"
    )
    report = grade(source, CALL, checks, wall_seconds=60.0).report
    assert report.verdict == "ACCEPTED", report

"""What a submission may not use: found in its source, found while it runs, and never found where it is not."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from lockstep import rules
from sandbox.guest.rules import Rules, find
from sandbox.local import LocalSandbox
from sandbox.protocol import Challenge, Report
from tests.sandbox.conftest import do
from tests.sandbox.test_grade import GOOD, HIDDEN, SCENARIO, VISIBLE

FORBID = {"imports": ("queue", "concurrent.futures"), "attributes": ("Semaphore", "time.sleep"), "builtins": ("eval",)}
EXPLORED = HIDDEN.replace("real(repeat=3)", "explore(10)").replace("Test, real", "Test, explore")

IN_THE_SOURCE = [
    ("import gc", "gc", 1),
    ("import os, ctypes.util", "ctypes", 1),
    ("def f():\n    from ctypes import c_int", "ctypes", 2),
    ("import sys\nsys._getframe(1)", "sys._getframe", 2),
    ("import sys as s\nf = s._getframe", "sys._getframe", 2),
    ("from sys import modules as m", "sys.modules", 1),
    ("from inspect import stack", "inspect.stack", 1),
    ("try:\n    pass\nexcept E as e:\n    e.__traceback__.tb_frame", "tb_frame", 4),
    ("getattr(thing, 'f_back')", "f_back", 1),
    ("from operator import attrgetter\nattrgetter('__globals__')", "__globals__", 2),
    ("__builtins__", "__builtins__", 1),
    ("globals()['__builtins__']", "__builtins__", 1),
    ("import queue", "queue", 1),
    ("from concurrent import futures", "concurrent.futures", 1),
    ("import concurrent.futures.thread", "concurrent.futures", 1),
    ("import threading\nthreading.Semaphore(3)", "Semaphore", 2),
    ("from threading import Semaphore", "Semaphore", 1),
    ("import time as t\nt.sleep(1)", "time.sleep", 2),
    ("x = 1\neval('x')", "eval", 2),
    ("import builtins\nbuiltins.eval('1')", "eval", 2),
    ("import gc\nimport sys\nsys._getframe()", "gc", 1),
]

IN_NO_SOURCE = [
    "import threading, queue, asyncio, time, random, collections, functools, itertools, dataclasses, typing",
    "import contextlib, concurrent.futures, multiprocessing, inspect, logging, traceback, os, signal, weakref, sys",
    "import inspect\ninspect.isawaitable(inspect.signature)",
    "class Stack:\n    def __init__(self):\n        self.stack, self.modules, self.trace = [], {}, 1",
    "def eval(x):\n    return x\neval(3)",
    "class Semaphores:\n    semaphore = sleep = 1\nSemaphores.sleep",
    "modules = {}\nmodules['gc'] = 'import gc'",
    "import sys\nsys.setswitchinterval(1e-6)\nsys.exc_info()",
    "from . import gc",
]

WHILE_IT_RUNS = {
    "an attribute by a made-up name": ("import sys\ngetattr(sys, '_get' + 'frame')()", "sys._getframe"),
    "an attribute past getattr": (
        "try:\n    1 / 0\nexcept Exception as error:\n"
        "    object.__getattribute__(error.__traceback__, 'tb_' + 'frame')",
        "tb_frame",
    ),
    "another name of a module": ("import sys\nx = [sys]\nx[0]._current_frames()", "sys._current_frames"),
    "a frame through inspect": ("from inspect import *\ncurrentframe()", "sys._getframe"),
    "a frame of a task": (
        "import asyncio\nasync def f():\n    asyncio.current_task().get_stack()\nasyncio.run(f())",
        "cr_frame",
    ),
    "a module by a made-up name": ("import importlib\nimportlib.import_module('g' + 'c')", "gc"),
    "a module by __import__": ("__import__('g' + 'c')", "gc"),
    "a module through another": ("import timeit\ntimeit.gc.get_objects()", "gc"),
    "text that is run": ("exec('import g' + 'c')", "gc"),
    "a file that it writes and imports": ("open('other.py', 'w').write('import gc')\nimport other", "gc"),
    "a code object": ("type((lambda: 1).__getattribute__('__co' + 'de__'))", "__code__"),
    "code that passes for Python's": ("import os\ncompile('1', os.__file__, 'exec')", "types.CodeType"),
    "tracing through pdb": ("import pdb\npdb.set_trace()", "sys.settrace"),
    "in a thread, behind an except": (
        "import sys, threading\ndef f():\n    try:\n        getattr(sys, '_get' + 'frame')()\n"
        "    except BaseException:\n        pass\nt = threading.Thread(target=f)\nt.start()\nt.join()",
        "sys._getframe",
    ),
    "a built-in under a name of its own": ("def f(eval=None):\n    pass\neval('1')", "eval"),
}

FINE = """
import asyncio, collections, dataclasses, enum, functools, inspect, logging, queue, sys, threading, timeit, traceback
import typing, warnings
from dataclasses import dataclass, field
from concurrent.futures import ThreadPoolExecutor

@dataclass
class Point:
    x: int = 0
    more: list = field(default_factory=list)

Pair = collections.namedtuple("Pair", "a b")
Colour = enum.Enum("Colour", "RED GREEN")
Named = typing.NamedTuple("Named", [("a", int)])
T = typing.TypeVar("T")
logging.warning("a word of %s", Point())
warnings.warn("another", stacklevel=2)

async def answer():
    await asyncio.sleep(0)
    return 42

coroutine = answer()
assert inspect.isawaitable(coroutine) and inspect.getcoroutinestate(coroutine) == "CORO_CREATED"
assert asyncio.run(coroutine) == 42
assert str(inspect.signature(Point.__init__))
try:
    1 / 0
except ZeroDivisionError:
    traceback.print_exc()
traceback.print_stack()
assert eval("1 + 1", {}) == 2
exec("seen = 1")
timeit.timeit("1", number=1)
functools.singledispatch(lambda x: x)(1)
assert getattr(Point(), "x") == 0 and getattr(Point(), "z", None) is None
assert __import__("math").pi > 3
sys.setswitchinterval(0.005)
"""


@pytest.mark.parametrize(("source", "name", "line"), IN_THE_SOURCE)
def test_found_in_the_source(source, name, line):
    found = find(source, Rules(rules.effective(FORBID)))
    assert found is not None
    assert (found.name, found.line) == (name, line)


@pytest.mark.parametrize("source", IN_NO_SOURCE)
def test_right_programs_are_not_accused(source):
    allowed = {**FORBID, "imports": (), "attributes": ("Semaphore", "time.sleep")}
    assert find(source, Rules(rules.effective(allowed))) is None


def test_a_challenge_adds_and_allows():
    mine = rules.effective({"imports": ["queue"], "allow": ["gc", "sys._getframe"]})
    assert "queue" in mine["imports"]
    assert "ctypes" in mine["imports"]
    assert "gc" not in mine["imports"]
    assert "sys._getframe" not in mine["attributes"]


def report_of(source: str, checks: str = HIDDEN, forbid: Mapping[str, Sequence[str]] | None = None) -> Report:
    chosen: dict[str, Any] = {**rules.effective(forbid or {})}
    return do(LocalSandbox(), f"{source}\n{GOOD}", Challenge(SCENARIO, checks, forbid=chosen)).report


@pytest.mark.parametrize(("source", "name"), WHILE_IT_RUNS.values(), ids=WHILE_IT_RUNS)
def test_found_while_it_runs(source, name):
    forbid = {"builtins": ("eval",)}
    assert find(source, Rules(rules.effective(forbid))) is None, "the source alone shows it: this tests nothing"
    report = report_of(source, HIDDEN, forbid)
    assert report.verdict == "FORBIDDEN"
    assert f"`{name}` in line " in report.message
    assert report.line is not None


@pytest.mark.parametrize("what", ["a module by __import__", "text that is run", "in a thread, behind an except"])
def test_found_while_it_is_explored(what):
    source, name = WHILE_IT_RUNS[what]
    report = report_of(source, EXPLORED)
    assert report.verdict == "FORBIDDEN"
    assert f"`{name}` in line " in report.message


@pytest.mark.parametrize("checks", [VISIBLE, EXPLORED], ids=["real", "explore"])
def test_what_the_standard_library_does_is_no_violation(checks):
    assert report_of(FINE, checks).verdict == "ACCEPTED"


def test_processes_and_shared_memory_are_no_violation():
    source = (
        "import multiprocessing as mp\nnumber, queue = mp.Value('i', 3), mp.Queue()\n"
        "p = mp.Process(target=queue.put, args=(number.value,))\np.start()\nassert queue.get() == 3\np.join()\n"
    )
    assert report_of(source).verdict == "ACCEPTED"


def test_what_a_challenge_allows_is_accepted():
    source = "import gc, sys\ngc.get_objects()\nassert sys._getframe().f_back\n"
    assert report_of(source).verdict == "FORBIDDEN"
    assert report_of(source, forbid={"allow": ("gc", "sys._getframe", "f_back")}).verdict == "ACCEPTED"


@pytest.mark.docker
def test_in_a_container_too(docker):
    source = f"import sys\ngetattr(sys, '_get' + 'frame')()\n{GOOD}"
    report = do(docker, source, Challenge(SCENARIO, HIDDEN)).report
    assert (report.verdict, report.line) == ("FORBIDDEN", 2)


def test_a_program_cannot_say_more_than_a_rule(grade):
    """The message of a violation may be shown for a hidden test: it holds a name of the rules and a line."""
    forged = {"type": "violation", "kind": "imports", "name": "the case is 4711", "line": 1}
    source = (
        "import json, os, struct\n"
        f"body = json.dumps({forged!r}).encode()\n"
        "os.write(1001, struct.pack('>I', len(body)) + body)\nos._exit(0)\n"
    )
    report = grade(source, SCENARIO, HIDDEN).report
    assert report.verdict == "RUNTIME_ERROR"
    assert "4711" not in str(dataclasses.asdict(report))

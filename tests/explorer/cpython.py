"""CPython's own tests of what the explorer models, run inside it: which, and which not and why."""

import fnmatch
import importlib.util
import sys
import types
from collections.abc import Iterator
from typing import Any

from sandbox.explorer import Execution, ModuleSource, Program
from sandbox.explorer.execution import Runner
from sandbox.explorer.strategies.base import default
from sandbox.explorer.strategies.fixed import NoPreemption
from sandbox.explorer.world import Fiber

_DRIVER = """
import unittest


def module(name):
    import sys

    __import__(name)
    from test import support

    support.reap_children = lambda: None  # there are none
    return sys.modules[name]


def cases(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from cases(test)
        else:
            yield test

def ids(name):
    suite = unittest.defaultTestLoader.loadTestsFromModule(module(name))
    return [".".join(test.id().split(".")[-2:]) for test in cases(suite)]

def run(name, test):
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromName(test, module(name)).run(result)
    return [text for _, text in result.failures + result.errors], len(result.skipped), result.testsRun
"""

MODULES = (
    "test.test_queue",
    "test.test_thread",
    "test.test_threading",
    "test.test_threading_local",
    "test.test_concurrent_futures.test_thread_pool",
    "test.test_concurrent_futures.test_as_completed",
    "test.test_concurrent_futures.test_wait",
    "test.test_concurrent_futures.test_future",
    "test.test_asyncio.test_locks",
    "test.test_asyncio.test_queues",
    "test.test_asyncio.test_tasks",
    "test.test_asyncio.test_timeouts",
    "test.test_asyncio.test_taskgroups",
    "test.test_asyncio.test_waitfor",
    "test.test_asyncio.test_threads",
    "test.test_asyncio.test_runners",
)
"""Those that this interpreter ships are run."""

_PROCESS = "starts a process"
_CYCLE = "a cycle through a thread-local lives as long as its thread here"
_SIGNAL = "raises a signal"
_INTERNALS = "looks into the C implementation"

LEFT_OUT = {
    "test_thread.TestForkInThread.*": _PROCESS,
    "test_threading.AtexitTests.*": _PROCESS,
    "test_threading_local.*.test_cycle_collection": _CYCLE,
    "test_thread_pool.*.test_hang_global_shutdown_lock": _PROCESS,
    "test_*.ProcessPool*": _PROCESS,
    "test_tasks.*.test_env_var_debug": _PROCESS,
    "test_threading.MiscTestCase.test__all__": _INTERNALS,
    "test_threading.InterruptMainTests.*": _SIGNAL,
    "test_threading.ThreadJoinOnShutdown.*": _PROCESS,
    "test_threading.SubinterpThreadingTests.*": _INTERNALS,
    "test_runners.*interrupt*": _SIGNAL,
    "test_runners.RunTests.test_asyncio_run_without_uncancel": _SIGNAL,
    "test_runners.RunTests.test_signal*": _SIGNAL,
    "test_runners.RunnerTests.test_signal*": _SIGNAL,
    "test_queue.*SimpleQueueTest.test_many_threads*": "a hundred threads that poll for 10,000 items: minutes of steps",
}
"""Test id pattern: why it cannot hold here."""


class TimeSlices:
    """Each thread in turn for some steps, much as the GIL does; CPython's tests count on that."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self.stop = steps

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        self.stop = step + self._steps
        return default(current.tid, enabled & ~current.bit or enabled)


def shipped(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def left_out(name: str, test: str) -> str | None:
    full = f"{name.rpartition('.')[2]}.{test}"
    return next((why for pattern, why in LEFT_OUT.items() if fnmatch.fnmatchcase(full, pattern)), None)


def _runner(name: str, call: str, *args: str) -> Runner:
    def entry(modules: dict[str, types.ModuleType]) -> Any:
        return getattr(modules["__main__"], call)(name, *args)

    return Runner(Program([ModuleSource("__main__", _DRIVER, "cpython_driver.py", instrument=False)]), entry)


def list_tests(name: str) -> list[str]:
    """The ids (`Class.method`) of a module's tests that are not left out."""
    with _runner(name, "ids") as runner:
        execution = runner.run(NoPreemption())
    if execution.error is not None:
        raise execution.error
    return [test for test in dict.fromkeys(execution.value) if left_out(name, test) is None]


def results(name: str, tests: list[str], slice_steps: int) -> Iterator[tuple[str, Execution]]:
    """Each test in an execution of its own; its value is (failures, skipped, run)."""
    for test in tests:
        with _runner(name, "run", test) as runner:
            execution = runner.run(TimeSlices(slice_steps))
        yield test, execution


if __name__ == "__main__":
    for name in sys.argv[1:] or [each for each in MODULES if shipped(each)]:
        passed = 0
        for test, execution in results(name, list_tests(name), 20):
            failures = execution.value[0] if execution.value else [f"{execution.outcome}"]
            if failures:
                print(
                    name.rpartition(".")[2] + "." + test,
                    *(failure.strip().splitlines()[-1][:170] for failure in failures),
                )
                sys.stdout.flush()
            passed += not failures
        print(name, passed, "passed")

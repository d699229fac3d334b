"""Real mode: the scenario runs once, as it is, with the operating system's threads and clock."""

import contextlib
import gc
import sys
import threading
import time
from typing import Any

from sandbox.guest import streams
from sandbox.guest.program import Program, describe, encode
from sandbox.guest.served import RealServer
from sandbox.guest.watch import Watch
from sandbox.guest.wire import Line

GRACE_SECONDS = 0.5
"""How long a thread that is about to end may take after the scenario has returned."""


def execute(program: Program, order: dict[str, Any], line: Line) -> None:
    watch = Watch()
    program.seal()
    result: dict[str, Any] = {"type": "result", "error": None, "value": None}
    before = set(threading.enumerate())
    server = [RealServer(order["server"])] if "server" in order else []
    try:
        call = program.fresh(order["scenario"])
        line.send({"type": "calling"})
        value = call(order["case"], *server)
        streams.flush()
        line.send({"type": "returned"})
    except BaseException as error:  # whatever it is, it is the program's result
        result["error"] = describe(error, program)
    else:
        result["alive"] = [thread.name for thread in threading.enumerate() if thread not in before]
        result.update(encode(value))
    left = _settle(before)
    streams.flush()
    gc.collect()  # a task exception that nobody retrieved is reported when the task is freed
    result["threads_left"] = [thread.name for thread in left]
    result["lost"] = watch.stop(program)
    result["threads_started"], result["processes_started"] = watch.threads_started, watch.processes_started
    result["processes_together"] = watch.processes_together
    program.look()
    line.send(result)


def _settle(before: set[threading.Thread]) -> list[threading.Thread]:
    _stop_helpers()
    deadline = time.monotonic() + GRACE_SECONDS
    for thread in threading.enumerate():
        if thread not in before and thread is not threading.current_thread():
            try:
                thread.join(max(0.0, deadline - time.monotonic()))
            except (RuntimeError, AssertionError):  # a dummy thread cannot be joined; 3.11 asserts it
                continue
    return [each for each in threading.enumerate() if each not in before and each.is_alive()]


def _stop_helpers() -> None:
    """Ends what multiprocessing keeps for itself until the program ends: it is no leak of the learner's."""
    for module, attribute in (
        ("multiprocessing.forkserver", "_forkserver"),
        ("multiprocessing.resource_tracker", "_resource_tracker"),
    ):
        helper = getattr(sys.modules.get(module), attribute, None)
        if helper is not None:
            with contextlib.suppress(Exception):
                helper._stop()

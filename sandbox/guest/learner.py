"""The learner's process: runs a program as `python main.py` would, explores it, or runs the scenarios of a test.

Everything here is in the reach of the learner's code. What it says over its line is a claim, and the supervisor
measures for itself whatever must be true.
"""

import os
import socket
import sys
import types
from typing import Any, NoReturn

from sandbox import kit
from sandbox.guest import stacks, streams
from sandbox.guest.exploration import explore
from sandbox.guest.guard import Guard
from sandbox.guest.modes import MODES
from sandbox.guest.program import Program, show_source
from sandbox.guest.rules import Rules, Violation, find
from sandbox.guest.wire import FROM_LEARNER, ClosedError, Line
from sandbox.protocol import PROGRAM

CHANNEL, CONTROL, STACKS = 1000, 1001, 1002
"""Descriptors: output records, the line to the supervisor, answers to "where are you"."""

_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "USER": "learner",
    "LOGNAME": "learner",
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
    "PYTHONHASHSEED": "0",
}


def main(folder: str) -> None:
    """Reads one job from the line and does it. A run ends as the program does: by returning or by SystemExit."""
    channel = streams.install(CHANNEL)
    line = Line(socket.socket(fileno=CONTROL), FROM_LEARNER)
    stacks.install(STACKS, channel)
    line.word = line.receive()["word"]
    job = line.receive()
    _settle_in(folder, job["source"])
    if job["type"] == "run":
        line.send({"type": "settled"})
        _run(job["source"], line)
    elif job["type"] == "explore":
        line.send({"type": "settled"})
        _explore(job, line)
    else:
        _test(Program(job["source"], job["scenario"]), Rules(job["forbid"]), line)


def _settle_in(folder: str, source: str) -> None:
    """A folder of its own with main.py in it, an environment without anything of ours."""
    os.mkdir(folder, 0o700)
    os.chdir(folder)
    with open(PROGRAM, "w", encoding="utf-8", newline="") as file:
        file.write(source)
    os.environ.clear()
    os.environ.update(_ENVIRONMENT, HOME=folder, TMPDIR="/tmp" if os.access("/tmp", os.W_OK) else folder)
    sys.argv[:] = [PROGRAM]
    ours = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.path[:] = [folder, *(entry for entry in sys.path if entry and os.path.abspath(entry) != ours)]
    show_source(PROGRAM, source)
    sys.modules["kit"] = kit


def _run(source: str, line: Line) -> None:
    module = types.ModuleType("__main__")
    module.__file__ = os.path.abspath(PROGRAM)
    module.__builtins__ = __builtins__  # type: ignore[attr-defined]
    module.__spec__ = None
    sys.modules["__main__"] = module
    code = _compiled(source, line)
    try:
        exec(code, module.__dict__)
    except SystemExit:
        raise
    except BaseException as error:
        here = error.__traceback__
        _report(error.with_traceback(here.tb_next if here else None))


def _compiled(source: str, line: Line) -> types.CodeType:
    """Ends the process, as Python does, where the source cannot be compiled."""
    try:
        return compile(source, PROGRAM, "exec", dont_inherit=True)
    except BaseException as error:
        if isinstance(error, SyntaxError):
            line.send({"type": "syntax_error"})
        _report(error.with_traceback(None))


def _explore(job: dict[str, Any], line: Line) -> NoReturn:
    _compiled(job["source"], line)
    explore(job, line)
    try:
        line.receive()
    except ClosedError:
        os._exit(0)
    raise AssertionError("an exploration is told nothing")


def _report(error: BaseException) -> NoReturn:
    """Says what Python would say of an exception that nothing handled, and ends like it."""
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except Exception:
        sys.__excepthook__(type(error), error, error.__traceback__)
    raise SystemExit(1) from None


def _test(program: Program, rules: Rules, line: Line) -> None:
    _forget_main()
    # said before the process holds any case: so the parser's words can be shown for a hidden test too
    error = program.syntax_error()
    violation = find(program.source, rules) if error is None else None
    line.send({"type": "ready", "syntax_error": error, "violation": violation and violation.to_wire()})

    def tell(violation: Violation) -> None:
        streams.flush()
        line.send({"type": "violation", **violation.to_wire()})

    program.guard = Guard(rules, tell)
    program.guard.install()
    try:
        while True:
            order: dict[str, Any] = line.receive()
            MODES[order["mode"]](program, order, line)
    except ClosedError:
        os._exit(0)


def _forget_main() -> None:
    """A spawned process looks at __main__ for what to import first: there is nothing of it to import."""
    main = types.ModuleType("__main__")
    main.__spec__ = None
    sys.modules["__main__"] = main

"""One execution of a program under one plan, and what came of it."""

import gc
import io
import re
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from opcode import opmap
from typing import Any

from sandbox.explorer import aio, streams, waits
from sandbox.explorer.errors import Abort, ExplorerError, NotModelledError
from sandbox.explorer.model import process, refused
from sandbox.explorer.program import Program
from sandbox.explorer.schedule import Schedule
from sandbox.explorer.stdlib import LIBRARY
from sandbox.explorer.strategies.fixed import EveryStep
from sandbox.explorer.witness import Witness
from sandbox.explorer.world import Ending, Fiber, Plan, W

Entry = Callable[[dict[str, types.ModuleType]], Any]
"""Called in the main thread after the modules were executed; its result is the execution's value."""

DEFAULT_STEP_LIMIT = 1_000_000

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_OBJECT_AT = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
"""In a default repr: it changes from one execution to the next, and makes no outcome of its own."""


class Kind:
    """How an execution ended, in the words of the report."""

    FINISHED = "finished"
    EXCEPTION = "exception"
    LOST_EXCEPTION = "lost exception"
    DEADLOCK = "deadlock"
    LIVELOCK = "livelock"
    ENDLESS = "endless"
    OUTPUT_LIMIT = "output limit"
    NOT_MODELLED = "not modelled"
    PAUSED = "paused"
    """Stopped on purpose, for somebody to choose who goes on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one sees of an execution. Two executions are the same outcome when these are equal."""

    kind: str
    detail: str
    """The exception (`ValueError: ...`) with its line, who waits for whom, or nothing."""
    output: str
    """What went to stdout, of all threads in order."""
    value: str = ""
    """The value of the entry, in the form in which values are compared."""

    @property
    def failed(self) -> bool:
        return self.kind != Kind.FINISHED


@dataclass(slots=True)
class Execution:
    """One run of the program under one schedule."""

    outcome: Outcome
    schedule: Schedule
    steps: int
    preemptions: int
    elapsed: float
    """Virtual seconds."""
    threads: list[str]
    """Names of the threads, by id."""
    output: list[tuple[int, str, bool]]
    """(thread id, text, to stderr)."""
    value: Any = None
    error: BaseException | None = None
    """The exception that ended the main thread."""
    lost: list[tuple[int, str]] = field(default_factory=list)
    """(thread id, exception) of exceptions that ended a thread or a task and that nobody saw."""
    lost_error: BaseException | None = None
    """The first of them."""
    refused: NotModelledError | None = None
    """What the program asked for that is not modelled, where that ended it or one of its threads."""
    unjoined: list[str] = field(default_factory=list)
    """Threads that still ran when the entry returned (or the program's last line was done)."""
    left: list[str] = field(default_factory=list)
    """Threads that still ran when the execution ended: daemons."""
    left_tasks: list[str] = field(default_factory=list)
    """Tasks that asyncio.run had to cancel at its end."""
    graph: waits.WaitGraph | None = None
    switches: list[tuple[int, int]] = field(default_factory=list)
    """(step, thread id) of every switch."""
    contention: list[tuple[int, int, str]] = field(default_factory=list)
    """(thread id, thread id, kind): the first waited for the second. Kinds: "lock", it waited for a lock that the other
    held; "try", it asked for one and did not wait; "notify", it waited until the other notified it (a condition, a
    semaphore, an event, a queue)."""
    judged: bool = False
    """Whether the judge has seen it."""
    problem: str | None = None
    """What the judge found wrong with it."""


class Runner:
    """Runs executions of one program. Use inside `with runner:`, which swaps sys.modules and the streams."""

    def __init__(self, program: Program, entry: Entry | None = None, stdin: str = "") -> None:
        self.program = program
        self.entry = entry
        self.stdin = stdin
        self.step_limit = DEFAULT_STEP_LIMIT
        self.executions = 0
        self._installed: Any = None
        self._saved: tuple[Any, ...] = ()
        self._frozen_before = False
        self._space: dict[str, Any] = {}

    def __enter__(self) -> "Runner":
        self._installed = LIBRARY.installed()
        self._installed.__enter__()
        self._saved = (
            sys.excepthook, sys.unraisablehook, sys.getswitchinterval(),
            sys.getrecursionlimit(), sys.modules.get("__main__"), gc.isenabled(), list(sys.path), list(sys.argv),
        )  # fmt: skip
        self._frozen_before = gc.get_freeze_count() > 0
        W.reset(None, 0)
        LIBRARY.reset()
        self.program.prepare()
        gc.collect()
        gc.freeze()
        gc.disable()
        return self

    def __exit__(self, *_: object) -> None:
        excepthook, unraisablehook, interval, recursion, main, collecting, path, argv = self._saved
        self._forget()
        sys.excepthook, sys.unraisablehook = excepthook, unraisablehook
        sys.setswitchinterval(interval)
        sys.setrecursionlimit(recursion)
        sys.path[:], sys.argv[:] = path, argv
        for module in self.program.modules:
            sys.modules.pop(module.name, None)
        if main is not None:
            sys.modules["__main__"] = main
        W.reset(None, 0)
        if collecting:
            gc.enable()
        if not self._frozen_before:  # or every later collection would look at what the sandbox began with
            gc.unfreeze()
        self._installed.__exit__(None, None, None)

    def run(self, plan: Plan, tracer: Any = None, on_end: Callable[[Any], None] | None = None) -> Execution:
        """One execution. Raises ExplorerError when it is our fault, DivergenceError among them.

        on_end is called with its modules while its threads still are where they stopped.
        """
        self._forget()
        self.executions += 1
        sharing = self.program.sharing
        W.reset(plan if tracer is None else EveryStep(plan), self.step_limit)
        if tracer is not None:
            tracer.attach(self.program)
            W.tracer = tracer
        state = _State(self, tracer is not None, plan if isinstance(plan, Witness) else None)
        outside = sys.stdout, sys.stderr, sys.stdin
        sys.stdout = streams.STDOUT
        sys.stderr = streams.STDERR
        sys.stdin = io.StringIO(self.stdin)
        if names := [module.filename for module in self.program.modules if module.name == "__main__"]:
            sys.argv[:] = names
        try:
            W.run(state.main, lambda: state.inspect(on_end))
        finally:
            sys.stdout, sys.stderr, sys.stdin = outside
            W.running = False
        self._space = state.space
        if isinstance(W.error, ExplorerError):
            raise W.error
        if W.error is not None:
            raise ExplorerError(f"the explorer failed: {type(W.error).__name__}: {W.error}") from W.error
        return state.result(sharing.hot)

    def _forget(self) -> None:
        """Let go of all that the last execution made, so that its memory goes at once.

        What an object does at its end then, such as to print, is no part of the next execution.
        """
        space, self._space = self._space, {}
        with W.quietly():
            for module in space.values():
                module.__dict__.clear()
            self.program.sharing.begin()
            W.forget()
            if self.executions % 100 == 99:
                gc.collect()


class _State:
    """What is seen while one execution runs."""

    def __init__(self, runner: Runner, tracing: bool, witness: Witness | None) -> None:
        self._runner = runner
        self._tracing = tracing
        self._witness = witness
        self.space: dict[str, types.ModuleType] = {}
        self.value: Any = None
        self.error: BaseException | None = None
        self.graph: waits.WaitGraph | None = None
        self.names: list[str] = []
        self.left: list[str] = []
        self.unjoined: list[str] = []

    def main(self, fiber: Fiber) -> None:
        """The body of the main thread."""
        runner = self._runner
        fiber.name = "MainThread"
        with W.quietly():
            LIBRARY.reset()
        if W.tracer is not None:
            W.tracer.began(fiber)
        try:
            runner.program.execute(self.space, self._tracing, self._witness)
            if runner.entry is not None:
                self.value = runner.entry(self.space)
        except Abort:
            raise
        except BaseException as error:
            self.error = error
        self.unjoined = [each.name for each in W.fibers[1:] if not each.died and not each.internal]
        fiber.blocked_on = None
        try:
            sys.modules["threading"]._shutdown()
            process.run_at_exit()
        except Abort:
            raise
        except BaseException as error:
            if self.error is None:
                self.error = error
        if W.tracer is not None:
            W.tracer.ended(fiber)
        if not W.ending:
            W.ending = Ending.DONE

    def inspect(self, on_end: Callable[[Any], None] | None) -> None:
        """At the end, before the threads are unwound."""
        self.names = [fiber.name for fiber in W.fibers]
        self.left = [fiber.name for fiber in W.fibers[1:] if not fiber.died]
        if W.tracer is not None:
            W.tracer.finish(self.space)
        if W.ending in (Ending.DEADLOCK, Ending.LIVELOCK, Ending.STEP_LIMIT):
            self.graph = waits.build(self.space)
        if on_end is not None:
            on_end(self.space)

    def result(self, hot: bytearray) -> Execution:
        aio.collect_lost()
        kind, detail = self._judge()
        output = "".join([text for _, text, is_error in W.output if not is_error])
        if " at 0x" in output:
            output = _OBJECT_AT.sub("at 0x…", output)
        value = "" if self._runner.entry is None else _ADDRESS.sub("0x…", repr(self.value))
        lost = [(fiber.tid, describe(error)) for fiber, error in W.lost]
        return Execution(
            outcome=Outcome(kind, detail, output, value),
            schedule=Schedule(bytes(hot), tuple(W.deviations)),
            steps=W.step,
            preemptions=W.preemptions,
            elapsed=W.now,
            threads=self.names,
            output=W.output,
            value=self.value,
            error=self.error,
            lost=lost,
            lost_error=W.lost[0][1] if W.lost else None,
            refused=self._refused(),
            unjoined=self.unjoined,
            left=self.left,
            left_tasks=list(aio.left_tasks),
            graph=self.graph,
            switches=W.switches,
            contention=_contention(),
        )

    def _refused(self) -> NotModelledError | None:
        ended = (self.error, *(lost for _, lost in W.lost))
        return next((error for error in ended if isinstance(error, NotModelledError)), None)

    def _judge(self) -> tuple[str, str]:
        ending = W.ending
        if (refused := self._refused()) is not None:
            return Kind.NOT_MODELLED, str(refused)
        if ending == Ending.DEADLOCK:
            assert self.graph is not None
            return Kind.DEADLOCK, self.graph.summary()
        if ending == Ending.LIVELOCK:
            assert self.graph is not None
            if self.graph.stuck_for_good():
                return Kind.DEADLOCK, self.graph.summary()
            return Kind.LIVELOCK, self.graph.spinners()
        if ending == Ending.STEP_LIMIT:
            assert self.graph is not None
            if self.graph.cycle:
                return Kind.DEADLOCK, self.graph.summary()
            return Kind.ENDLESS, f"still running after {W.step:,} steps and {W.loop_turns:,} turns of its loops"
        if ending == Ending.PAUSED:
            return Kind.PAUSED, ""
        if ending == Ending.OUTPUT_LIMIT:
            return Kind.OUTPUT_LIMIT, f"more than {streams.OUTPUT_LIMIT:,} characters printed"
        error = self.error
        # A program may end itself; a function that was called has to return.
        if error is not None and not (self._runner.entry is None and _is_clean_exit(error)):
            return Kind.EXCEPTION, describe(error)
        if W.lost:
            fiber, lost = W.lost[0]
            return Kind.LOST_EXCEPTION, f"in {fiber.name or 'a thread'}: {describe(lost)}"
        return Kind.FINISHED, ""


def _contention() -> list[tuple[int, int, str]]:
    return [
        (each.tid, fiber.tid, kind)
        for fiber in W.fibers
        for kind, mask in (("lock", fiber.kept_waiting), ("try", fiber.turned_away), ("notify", fiber.notified))
        if mask
        for each in W.fibers
        if each is not fiber and mask & each.bit
    ]


def _is_clean_exit(error: BaseException) -> bool:
    return isinstance(error, SystemExit) and error.code in (None, 0)


def describe(error: BaseException) -> str:
    """An exception in one line, with the line of the program it came from; without what changes from run to run."""
    line = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in refused.guest_files:
            line = _line(trace, error)
        trace = trace.tb_next
    try:
        text = str(error)
    except Exception:
        text = "(its text cannot be had)"
    text = _ADDRESS.sub("0x…", text)
    named = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"{named} (line {line})" if line else named


def _line(trace: types.TracebackType, error: BaseException) -> int:
    """The line where an exception was raised, or through which it came.

    CPython 3.11 joins two instructions once they have run often, across lines too, and names the line of the first when
    the second raises. The second is the reading of a local variable.
    """
    code, after = trace.tb_frame.f_code, trace.tb_lasti + 2

    def reads(at: int) -> bool:
        operation, operand = code.co_code[at : at + 2]
        names = code.co_varnames[operand : operand + 1]
        return operation == opmap["LOAD_FAST"] and any(f"'{name}'" in str(error) for name in names)

    if sys.version_info >= (3, 12) or not isinstance(error, UnboundLocalError) or trace.tb_next is not None:
        return trace.tb_lineno
    if reads(trace.tb_lasti) or not reads(after):
        return trace.tb_lineno
    return next(line for start, end, line in code.co_lines() if start <= after < end) or trace.tb_lineno

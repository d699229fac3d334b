"""A person is the scheduler: an execution goes on as told, and stops where the next choice is theirs.

A position is a schedule and the step from which on nothing is chosen yet. Every move replays the program from its
start, so nothing is kept between two of them, and an earlier position is as good as the last.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.explorer import schedule as schedules
from sandbox.explorer import waits
from sandbox.explorer.errors import UsageError
from sandbox.explorer.execution import Execution, Runner
from sandbox.explorer.explore import Settings, explore
from sandbox.explorer.program import Program
from sandbox.explorer.strategies.base import default
from sandbox.explorer.strategies.bounded import Bounded
from sandbox.explorer.strategies.fixed import Replay
from sandbox.explorer.trace import Tracer
from sandbox.explorer.world import Ending, Fiber, W

LEARNING_SCHEDULES = 100
LEARNING_SECONDS = 0.2
"""Of processor time, to find out which of the program's operations are steps."""
MOST_COUNTED = 2_000
COUNTING_SECONDS = 0.3
"""Of processor time, to count the program's schedules; one that has more goes uncounted."""
STEP_LIMIT = 20_000
"""After so many steps nobody goes on by hand."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread that waits to be chosen, or that cannot be."""

    tid: int
    name: str
    state: str
    """ready, waiting or ended."""
    op: str
    """What it does next (the words of trace.Event.op, and begin for a thread that has done nothing yet), or waits for
    (Wait.kind)."""
    what: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where an execution stopped for a choice."""

    step: int
    """The step that the choice is about: choosing another thread than `default` is the deviation step:tid."""
    default: int
    """The thread that goes on if the schedule says nothing."""
    running: int
    """The thread that ran last."""
    free: bool
    """Whether choosing another thread is no preemption."""
    threads: tuple[Thread, ...]


class _Until:
    """Follows a schedule and stops at the first choice from a step on."""

    stop = 0

    def __init__(self, deviations: Sequence[tuple[int, int]], until: int) -> None:
        self._replay = Replay(deviations)
        self._until = until
        self.stopped: tuple[int, int, int, bool] | None = None

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        if step >= self._until:
            self.stopped = step, default(current.tid, enabled), current.tid, free or not enabled & current.bit
            W.end(Ending.PAUSED)
        if step < self._replay.stop:
            return default(current.tid, enabled)
        return self._replay.choose(current, enabled, free, step)

    def finish(self) -> None:
        self._replay.finish()


@dataclass(slots=True)
class Move:
    """What came of a move."""

    execution: Execution
    tracer: Tracer
    position: Position | None
    """None: the execution has ended."""
    schedules: int | None = None
    """How many the program has, where that was asked for and they are few enough to be counted."""


def play(program: Program, text: str, until: int, stdin: str = "") -> Move:
    """Runs the schedule `text` ("": none yet) up to the first choice at or after step `until`.

    Where there is no schedule yet, the program's schedules are counted. Raises UsageError (not a schedule of this
    program) and DivergenceError.
    """
    schedules_there_are = None
    if text:
        schedule = schedules.parse(text, len(program.sites))
        if schedule.deviations and schedule.deviations[-1][0] >= until:
            step = schedule.deviations[-1][0]
            raise UsageError(f"the schedule {text!r} goes on to step {step}, behind step {until} where it is to stop")
        program.sharing.set_hot(schedule.hot)
        deviations = schedule.deviations
    else:
        _learn(program, stdin)
        schedules_there_are = count(program, stdin)
        deviations = ()
    plan = _Until(deviations, until)
    tracer = Tracer()
    with Runner(program, stdin=stdin) as runner:
        runner.step_limit = STEP_LIMIT
        threads: list[Thread] = []
        execution = runner.run(plan, tracer, lambda space: threads.extend(_threads(space)))
        plan.finish()
    if plan.stopped is None:
        return Move(execution, tracer, None, schedules_there_are)
    return Move(execution, tracer, Position(*plan.stopped, tuple(threads)), schedules_there_are)


def _learn(program: Program, stdin: str) -> None:
    settings = Settings(schedules=LEARNING_SCHEDULES, cpu_seconds=LEARNING_SECONDS, most_traced=0, stdin=stdin)
    explore(program, settings=settings)
    program.sharing.grow()


def count(program: Program, stdin: str = "") -> int | None:
    """How many schedules the program has, its steps being those that are known by now; None: too many to say.

    Each is run, for what a thread does next depends on what the others did. Every run tells of others that it branches
    into, so a program that has too many is known for it after a few.
    """
    search = Bounded()
    done, known = 0, 1
    until = time.process_time() + COUNTING_SECONDS
    with Runner(program, stdin=stdin) as runner:
        runner.step_limit = STEP_LIMIT
        while (plan := search.next_plan()) is not None:
            execution = runner.run(plan)
            search.observe(plan, execution.steps)
            done += 1
            known += sum(enabled.bit_count() - 1 for _, enabled, _, _ in plan.choices)
            if known > MOST_COUNTED or time.process_time() > until:
                return None
    return None if search.truncated else done


def _threads(space: Any) -> list[Thread]:
    """Every thread of the execution that has just stopped."""
    names = waits.Names(space)
    for fiber in W.fibers:
        if not fiber.died:
            names.add_frames(fiber)
    names.locks()
    return [_thread(fiber, names) for fiber in W.fibers]


def _thread(fiber: Fiber, names: waits.Names) -> Thread:
    if fiber.died:
        return Thread(fiber.tid, fiber.name, "ended", "", "", 0, "")
    line, function = waits.place_of(fiber)
    if not W.enabled >> fiber.tid & 1:
        kind, what = waits.waits_for(fiber, names)
        return Thread(fiber.tid, fiber.name, "waiting", kind, what, line, function)
    if fiber.first < 0 and fiber.tid:
        return Thread(fiber.tid, fiber.name, "ready", "begin", "", 0, "")
    op, what, at = W.tracer.announced(fiber, names)
    return Thread(fiber.tid, fiber.name, "ready", op, what, at or line, function)

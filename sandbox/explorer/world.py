"""The scheduler: learner threads are greenlets, and this module decides which one runs.

Why it is shaped like this
- There is one World, a module-level object with slots, because every hook and every lock operation touches it:
  a global and a slot are the two cheapest lookups CPython has.
- No greenlet is "the scheduler". The running one picks its successor and switches to it directly, which halves the
  switches. Only the end of an execution goes back to the hub, the greenlet that called `run`.
- A greenlet carries one thread after the other, also those of later executions: each new one would cost a mapping of
  memory for its frames, a fifth of the time of a short execution.
- A step is one visible operation: it is counted just *before* the operation happens. `step` against `stop` is the
  only test on the fast path; a plan that does not care before step 900 sets `stop` to 900 and costs nothing until then.
- Who can run is a bit mask (`enabled`), so that a release wakes all waiters and an acquire puts them back in O(1).

The default rule, of which a schedule lists only the deviations: go on with the current thread while it can run;
otherwise the next one that can, counting up from it, round and round; who joined the thread that ends goes first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from typing import Any, Protocol

try:
    from greenlet import getcurrent, greenlet
except ImportError:  # a free-threaded Python, which only runs programs: see sandbox/image/build.py
    getcurrent = greenlet = None

from sandbox.explorer.errors import Abort, DivergenceError, ExplorerError

NEVER = 1 << 62
"""A step that is never reached."""

SPIN_TURNS = 100
"""Turns of a `while` loop without any progress after which its thread gives way."""

STUCK_TURNS = 2000
"""Turns without any progress, by everyone who can run, that make a livelock."""

MOST_TURNS = 1_000_000
"""Turns of `while` loops after which an execution counts as endless: about a second of nothing else."""

MAX_THREADS = 1000

EPOCH = 1_700_000_000.0
"""What time.time() shows when an execution starts, in seconds."""

TICK = 1e-6
"""How far reading a clock moves it, in seconds."""

LOOP_TICK = 1e-11
"""The same while an event loop runs: what a loop does at one moment stays within a nanosecond, as sleeps are exact."""

FEW_READS = 1000
"""Readings after which each moves the clock further: whoever reads so often polls."""


class Plan(Protocol):
    """How one execution is scheduled; strategies make them."""

    stop: int
    """The first step at which `choose` wants to be asked; read again after every answer."""

    def choose(self, current: "Fiber", enabled: int, free: bool, step: int) -> int:
        """The id of the thread that runs next: one of the bits of `enabled`, which has the current one if it can go on.

        `free`: a switch is no preemption, because the current thread has blocked, given way or ended, or has only just
        returned from a join.
        """


class Fiber:
    """One learner thread."""

    __slots__ = (
        "aug",
        "bit",
        "blocked_on",
        "body",
        "clock",
        "daemon",
        "deadline",
        "died",
        "first",
        "glet",
        "handle",
        "ident",
        "internal",
        "iters",
        "joiners",
        "kept_waiting",
        "key",
        "locals",
        "name",
        "notified",
        "obj",
        "site",
        "spin_mark",
        "start_line",
        "tid",
        "timed_out",
        "token",
        "turned_away",
        "turns",
        "wait_kind",
        "waits",
    )

    def __init__(self, tid: int) -> None:
        self.tid = tid
        self.bit = 1 << tid
        self.ident = 0x7F0000000000 + 0x1000 * (tid + 1)
        self.glet: Any = None
        self.body: Any = None
        """What it will do, until it begins."""
        self.blocked_on: Any = None
        self.wait_kind = ""
        self.waits = 0
        """How many of its steps were only the choice of a successor."""
        self.deadline: float | None = None
        self.token = 0
        self.timed_out = False
        self.daemon = False
        self.died = False
        self.first = -2
        """The step at which it got the processor first. Its own first step comes right after, and is no choice: not
        having chosen the thread at all is the same."""
        self.joiners = 0
        """The threads that waited for its end, when it ended."""
        self.name = ""
        self.handle: Any = None
        self.obj: Any = None
        """The object of the pending step (a lock, the owner of an attribute, a container), and"""
        self.key: Any = ""
        """what of it: an attribute's name, "[]", a global's name; the number of a lock."""
        self.site = -1
        self.aug: list[Any] = []
        self.iters: dict[int, Any] = {}
        self.locals: dict[int, dict[str, Any]] = {}
        self.turns = 0
        self.spin_mark: dict[str, Any] = {}
        self.clock: Any = None
        self.internal = False
        self.start_line = 0
        # Contention, as masks of threads:
        self.kept_waiting = 0
        """those that waited for a lock while this one held it,"""
        self.notified = 0
        """those that waited until this one notified them or put something into their queue,"""
        self.turned_away = 0
        """those that asked for a lock that this one held, and did not wait."""

    def __repr__(self) -> str:
        return f"<thread {self.tid} {self.name}>"


class Ending:
    """How an execution ended, before it is put into words."""

    DONE = "done"
    DEADLOCK = "deadlock"
    LIVELOCK = "livelock"
    STEP_LIMIT = "step-limit"
    OUTPUT_LIMIT = "output-limit"
    PAUSED = "paused"
    ERROR = "error"


class World:
    """The state of the execution that runs now. One per process."""

    __slots__ = (
        "aborting",
        "atomic",
        "clock_mark",
        "clock_reads",
        "current",
        "default_names",
        "deviations",
        "enabled",
        "ending",
        "error",
        "fibers",
        "free_at",
        "hashed",
        "hub",
        "idle",
        "limit",
        "live",
        "locks",
        "loop_turns",
        "loops",
        "lost",
        "now",
        "numbers",
        "output",
        "output_size",
        "plan",
        "preemptions",
        "running",
        "sleepers",
        "snapshot",
        "step",
        "stop",
        "stuck",
        "switches",
        "tracer",
        "unjoined",
    )

    def __init__(self) -> None:
        self.idle: list[Any] = []
        """Greenlets that carry no thread now."""
        self.hub: Any = None
        self.reset(None, NEVER)

    def reset(self, plan: Any, limit: int) -> None:
        """Start a new execution."""
        self.step = 0
        self.limit = limit
        self.plan = plan
        self.stop = NEVER if plan is None else min(plan.stop, limit)
        self.enabled = 0
        self.fibers: list[Fiber] = []
        self.live = 0
        self.locks = 0
        self.hashed = 0
        self.numbers: dict[int, tuple[int, Any]] = {}
        """What id() has been asked about: its number, and what keeps its address from being another's."""
        self.now = 0.0
        self.clock_reads = 0
        self.clock_mark = 0
        self.loop_turns = 0
        self.loops = 0
        """Event loops that run."""
        self.stuck = False
        """Whether some thread has turned so often that it counts for a livelock."""
        self.sleepers: list[tuple[float, int, Fiber]] = []
        self.switches: list[tuple[int, int]] = []
        self.deviations: list[tuple[int, int]] = []
        self.preemptions = 0
        self.free_at = -1
        self.output: list[tuple[int, str, bool]] = []
        self.output_size = 0
        self.lost: list[tuple[Fiber, BaseException]] = []
        self.ending = ""
        self.error: BaseException | None = None
        self.aborting = False
        self.atomic = 0
        self.running = False
        self.snapshot: Any = None
        self.tracer: Any = None
        self.unjoined: list[Fiber] = []
        self.current: Fiber = Fiber(0)

    def forget(self) -> None:
        """Let go of the threads of the last execution, and of what they have touched."""
        for fiber in self.fibers:
            fiber.aug.clear()
            fiber.iters.clear()
            fiber.obj = fiber.key = None
        self.fibers, self.sleepers, self.lost, self.unjoined = [], [], [], []
        self.numbers.clear()
        self.current = Fiber(0)

    # Steps

    def point(self, obj: Any, key: Any, site: int = -1) -> None:
        """A visible operation of the current thread is about to happen. Hot callers inline these lines."""
        self.step = n = self.step + 1
        if n >= self.stop:
            self.decide(n, obj, key, site)

    def decide(self, n: int, obj: Any, key: Any, site: int) -> None:
        """The slow half of a step: ask the plan, switch if it says so."""
        if self.aborting:
            raise Abort
        current = self.current
        current.obj = obj
        current.key = key
        current.site = site
        if n >= self.limit:
            self.end(Ending.STEP_LIMIT)
        if self.enabled == current.bit:
            if self.tracer is not None:
                self.tracer.operation(n, current)
            return
        if n != current.first + 1:
            free = n == self.free_at
            plan = self.plan
            tid = plan.choose(current, self.enabled, free, n)
            self.stop = plan.stop if plan.stop < self.limit else self.limit
            if tid != current.tid:
                if not (self.enabled >> tid) & 1:
                    self._diverged(n, tid)
                self.deviations.append((n, tid))
                if not free:
                    self.preemptions += 1
                self.switch(n, self.fibers[tid])
        if self.tracer is not None:
            self.tracer.operation(n, current)

    def switch(self, n: int, to: Fiber) -> None:
        """Let another thread run; returns when somebody lets this one run again."""
        self.switches.append((n, to.tid))
        if to.first < 0:
            to.first = n
        self.current = to
        to.glet.switch()

    def block(self, kind: str, on: Any, deadline: float | None = None) -> bool:
        """Stop the current thread until somebody enables it. False: the deadline (virtual seconds) came first."""
        if self.aborting:
            raise Abort
        if self.atomic:
            raise ExplorerError("an import waited for a lock, which an atomic step cannot do")
        current = self.current
        if self.stuck and not current.turns:
            self._unstick()
        current.blocked_on = on
        current.wait_kind = kind
        current.timed_out = False
        current.deadline = deadline
        self.enabled &= ~current.bit
        if deadline is not None:
            current.token += 1
            heappush(self.sleepers, (deadline, current.token * MAX_THREADS + current.tid, current))
        self._free_switch(current)
        current.blocked_on = None
        current.token += 1
        return not current.timed_out

    def _free_switch(self, current: Fiber) -> None:
        """Choose who runs now that the current thread blocks or gives way."""
        self.step = n = self.step + 1
        current.waits += 1
        to = self._successor(n, current)
        if to is not current:
            self.switch(n, to)

    def _successor(self, n: int, current: Fiber) -> Fiber:
        while not self.enabled:
            if not self.advance():
                self.end(Ending.DEADLOCK)
        if n >= self.limit:
            self.end(Ending.STEP_LIMIT)
        enabled = self.enabled & ~current.bit or current.bit
        higher = enabled >> (current.tid + 1) << (current.tid + 1)
        higher = higher or enabled
        default = (higher & -higher).bit_length() - 1
        if n < self.stop or enabled & (enabled - 1) == 0:
            return self.fibers[default]
        plan = self.plan
        tid: int = plan.choose(current, enabled, True, n)
        self.stop = plan.stop if plan.stop < self.limit else self.limit
        if tid != default:
            if not (enabled >> tid) & 1:
                self._diverged(n, tid)
            self.deviations.append((n, tid))
        return self.fibers[tid]

    def _diverged(self, n: int, tid: int) -> None:
        self.error = DivergenceError(f"at step {n} thread {tid} cannot run: the program behaved differently this time")
        self.end(Ending.ERROR)

    # Time

    def advance(self) -> bool:
        """Nobody can run: move the clock to the next deadline and enable all who wait for it. False: there is none."""
        sleepers = self.sleepers
        while sleepers:
            deadline = sleepers[0][0]
            woken = False
            self.now = max(self.now, deadline)
            woken = self._wake_due()
            if woken:
                return True
        return False

    def _wake_due(self) -> bool:
        woken = False
        sleepers = self.sleepers
        while sleepers and sleepers[0][0] <= self.now:
            _, serial, fiber = heappop(sleepers)
            if serial // MAX_THREADS != fiber.token or fiber.blocked_on is None or self.enabled & fiber.bit:
                continue
            fiber.timed_out = True
            fiber.blocked_on.forget(fiber)
            self.enabled |= fiber.bit
            woken = True
        return woken

    def clock(self) -> float:
        """The virtual time in seconds since the execution began. Reading it moves it, so that polling loops end."""
        self.clock_reads = reads = self.clock_reads + 1
        if reads < FEW_READS:
            self.now += LOOP_TICK if self.loops else TICK
        else:
            self.now += min(TICK * (reads - FEW_READS + 100) / 100, 0.01)
        if self.sleepers and self.sleepers[0][0] <= self.now:
            self._wake_due()
        return self.now

    # Loops

    def turned(self, current: Fiber, frame: Any) -> None:
        """A `while` loop has turned often, without a visible write of its thread or in all."""
        if self.loop_turns > MOST_TURNS and self.running and not self.atomic:
            if self.aborting:
                raise Abort
            self.end(Ending.STEP_LIMIT)
        if current.turns > SPIN_TURNS:
            self.spin(current, frame)

    def spin(self, current: Fiber, frame: Any) -> None:
        """A `while` loop of the current thread has turned SPIN_TURNS times without a visible write: others first.

        Local variables that change are progress too; a loop that only computes is left alone.
        """
        if self.aborting:
            raise Abort
        if self.atomic or not self.running:
            return
        if _changed(current, frame.f_locals) or (self.clock_reads != self.clock_mark and self.enabled == current.bit):
            self.clock_mark = self.clock_reads
            current.turns = 0
            return
        current.obj = None
        current.key = "loop"
        stuck = current.turns > STUCK_TURNS
        self.stuck = self.stuck or stuck
        if stuck and all(f.turns > STUCK_TURNS for f in self.fibers if not f.died and self.enabled & f.bit):
            if not self.advance():
                self.end(Ending.LIVELOCK)
        elif self.enabled != current.bit:
            self._free_switch(current)

    def slept_idle(self, current: Fiber) -> None:
        """The current thread polls with a sleep: a livelock when all who are not blocked for good only poll."""
        if current.turns <= STUCK_TURNS:
            return
        self.stuck = True
        if all(
            f.turns > STUCK_TURNS
            for f in self.fibers
            if not f.died and (f.blocked_on is None or f.deadline is not None)
        ):
            self.end(Ending.LIVELOCK)

    def _unstick(self) -> None:
        """A thread that has done something ends or blocks: those that turn have to look again before they count."""
        self.stuck = False
        for fiber in self.fibers:
            fiber.turns = min(fiber.turns, SPIN_TURNS)

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Whatever is done inside is no part of the execution: it takes no step, no time and no lock number."""
        saved = self.step, self.now, self.clock_reads, self.locks, self.hashed
        stop, tracer = self.stop, self.tracer
        self.stop, self.tracer = NEVER, None
        self.atomic += 1
        try:
            yield
        finally:
            self.atomic -= 1
            self.step, self.now, self.clock_reads, self.locks, self.hashed = saved
            self.stop, self.tracer = (0 if self.aborting else stop), tracer

    # Threads

    def spawn(self, body: Any) -> Fiber:
        """A new learner thread that will run body(fiber); it is enabled at once."""
        tid = len(self.fibers)
        if tid >= MAX_THREADS:
            raise RuntimeError(f"can't start new thread: the explorer allows {MAX_THREADS}")
        fiber = Fiber(tid)
        self.fibers.append(fiber)
        fiber.body = body
        if self.idle:
            fiber.glet = glet = self.idle.pop()
            glet.gr_context = None
        else:
            fiber.glet = greenlet(self._carry, self.hub)
        self.enabled |= fiber.bit
        self.live += 1
        return fiber

    def _carry(self, *_: Any) -> None:
        """The life of a greenlet: whoever switches to an idle one has made the thread that it shall carry current."""
        me = getcurrent()
        while True:
            carried = self.current
            following = self._life(carried)
            carried.glet = None
            del carried
            self.idle.append(me)
            following.switch()

    def _life(self, fiber: Fiber) -> Any:
        """A thread from its first line to its end; returns the greenlet that goes on."""
        body, fiber.body = fiber.body, None
        try:
            body(fiber)
        except Abort:
            pass
        except BaseException as error:  # an error of the engine: the modelled threads catch their own
            if not self.aborting:
                self.error = error
                self.ending = Ending.ERROR
        fiber.died = True
        if self.stuck and not self.aborting:
            self._unstick()
        fiber.locals.clear()
        self.enabled &= ~fiber.bit
        self.live -= 1
        if self.aborting or self.ending:
            return self.hub
        joiners = fiber.joiners
        if joiners:
            # What a thread does between its return from a join and its next step is invisible, so it may as well do it
            # now; the choice comes with that step, and is free. This keeps a row of joins from multiplying schedules.
            to = self.fibers[(joiners & -joiners).bit_length() - 1]
            n = self.step
            self.free_at = n + 1
        else:
            try:
                self.step = n = self.step + 1
                to = self._successor(n, fiber)
            except Abort:
                return self.hub
        self.switches.append((n, to.tid))
        if to.first < 0:
            to.first = n
        self.current = to
        return to.glet

    def end(self, ending: str) -> None:
        """The execution is over: back to the hub. Never returns: the thread is unwound by Abort."""
        if not self.ending:
            self.ending = ending
        self.stop = 0
        self.hub.switch()
        raise Abort

    def run(self, body: Any, on_end: Any = None) -> None:
        """Run one execution to its end. `on_end` may look at the threads before they are unwound."""
        if greenlet is None:
            raise ExplorerError("this Python has no greenlet, which the explorer stands on")
        hub = getcurrent()
        if hub is not self.hub:
            # Greenlets belong to their thread of the system, and fail into their parent.
            self.idle.clear()
            self.hub = hub
        self.running = True
        main = self.spawn(body)
        self.current = main
        main.glet.switch()
        # Whoever ended the execution, we are back on the hub.
        if on_end is not None:
            on_end()
        self.aborting = True
        self.stop = 0
        for fiber in self.fibers:
            glet = fiber.glet
            if fiber.body is not None:  # it has not begun
                fiber.body = None
                self.idle.append(glet)
            elif glet is not None:
                self.current = fiber
                for _ in range(100):
                    glet.throw(Abort)
                    if fiber.glet is None:
                        break
            fiber.glet = None
        self.running = False
        self.aborting = False
        self.stop = NEVER
        self.sleepers.clear()


def _changed(fiber: Fiber, now: dict[str, Any]) -> bool:
    """Whether the loop's variables differ from those seen last; remembers them."""
    before = fiber.spin_mark
    now = dict(now)  # from 3.13 on, the variables of a frame are no dict
    fiber.spin_mark = now
    if before.keys() != now.keys():
        return True
    return any(
        old is not value and not (type(old) in _PLAIN and type(old) is type(value) and old == value)
        for old, value in zip(before.values(), now.values(), strict=True)
    )


_PLAIN = (int, float, str, bool, bytes)

W = World()

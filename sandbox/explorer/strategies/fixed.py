"""Plans that are known beforehand: no preemption, and a schedule that is replayed."""

from collections.abc import Sequence

from sandbox.explorer.errors import DivergenceError
from sandbox.explorer.strategies.base import default
from sandbox.explorer.world import NEVER, Fiber, Plan, W


class NoPreemption:
    """The default rule, never asked."""

    stop = NEVER

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        return default(current.tid, enabled)


class Replay:
    """Deviates from the default rule exactly where a schedule says."""

    def __init__(self, deviations: Sequence[tuple[int, int]]) -> None:
        self._left = list(reversed(deviations))
        self.stop = self._left[-1][0] if self._left else NEVER

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        while self._left and self._left[-1][0] <= step:
            planned, tid = self._left.pop()
            self.stop = self._left[-1][0] if self._left else NEVER
            if planned == step:
                return tid
        return default(current.tid, enabled)

    def finish(self) -> None:
        """Raises DivergenceError when the execution ended before the schedule did."""
        if self._left:
            raise DivergenceError(
                f"the execution ended before step {self._left[-1][0]} of its schedule: "
                "the program behaved differently this time"
            )


class EveryStep:
    """Another plan, asked at every step, as a trace needs it."""

    stop = 0

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        if step < self._plan.stop:
            return default(current.tid, enabled)
        return self._plan.choose(current, enabled, free, step)


class Progress:
    """How far each thread has come: its own steps, which do not depend on what the others did meanwhile."""

    def __init__(self) -> None:
        self._steps: dict[int, int] = {}
        self._read = 0
        self._running = 0
        self._since = 0

    def of(self, current: Fiber, step: int) -> int:
        switches = W.switches
        while self._read < len(switches):
            at, tid = switches[self._read]
            self._read += 1
            self._steps[self._running] = self._steps.get(self._running, 0) + at - self._since
            self._running, self._since = tid, at
        return self._steps.get(current.tid, 0) + step - self._since - current.waits


class Lenient:
    """Follows deviations (thread, its own step, free, next thread), and ignores those that cannot be followed."""

    stop = 0

    def __init__(self, wanted: Sequence[tuple[int, int, bool, int]]) -> None:
        self._wanted = {(tid, own, free): to for tid, own, free, to in wanted}
        self._progress = Progress()

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        to = self._wanted.get((current.tid, self._progress.of(current, step), free))
        if to is not None and enabled >> to & 1:
            return to
        return default(current.tid, enabled)


class Recording:
    """Replays a schedule and notes each deviation in the coordinates of `Lenient`."""

    stop = 0

    def __init__(self, deviations: Sequence[tuple[int, int]]) -> None:
        self._replay = EveryStep(Replay(deviations))
        self._progress = Progress()
        self.noted: list[tuple[int, int, bool, int]] = []

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        own = self._progress.of(current, step)
        tid = self._replay.choose(current, enabled, free, step)
        if tid != default(current.tid, enabled):
            self.noted.append((current.tid, own, free, tid))
        return tid


class Guided:
    """Runs threads in segments: (thread, own step before which it is taken off; None: until it blocks or ends)."""

    stop = 0

    def __init__(self, segments: Sequence[tuple[int, int | None]]) -> None:
        self._segments = segments
        self._at = 0
        self._progress = Progress()

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        own = self._progress.of(current, step)
        segments = self._segments
        at = self._at
        while at < len(segments):
            tid, until = segments[at]
            if tid == current.tid:
                if enabled & current.bit and (until is None or own < until):
                    break
            elif enabled >> tid & 1 and at > self._at:
                break
            at += 1
        self._at = at
        return segments[at][0] if at < len(segments) else default(current.tid, enabled)


class Segmenting:
    """Replays a schedule and notes it as the segments of `Guided`."""

    stop = 0

    def __init__(self, deviations: Sequence[tuple[int, int]]) -> None:
        self._replay = EveryStep(Replay(deviations))
        self._progress = Progress()
        self._preempted: dict[int, int] = {}

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        tid = self._replay.choose(current, enabled, free, step)
        if tid != current.tid and enabled & current.bit:
            self._preempted[step] = self._progress.of(current, step)
        return tid

    def segments(self, switches: Sequence[tuple[int, int]]) -> list[tuple[int, int | None]]:
        """After the execution, from its switches."""
        found: list[tuple[int, int | None]] = []
        running = 0
        for step, tid in switches:
            found.append((running, self._preempted.get(step)))
            running = tid
        found.append((running, None))
        return found

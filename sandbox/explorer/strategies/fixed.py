"""Plans that are known beforehand: no preemption, and a schedule that is replayed."""

from collections.abc import Sequence

from sandbox.explorer.errors import DivergenceError
from sandbox.explorer.strategies.base import default
from sandbox.explorer.world import NEVER, Fiber, Plan


class NoPreemption:
    """The default rule, never asked."""

    stop = NEVER

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        return default(current.tid, enabled, free)


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
        return default(current.tid, enabled, free)

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
            return default(current.tid, enabled, free)
        return self._plan.choose(current, enabled, free, step)


class Lenient:
    """Follows deviations given as (thread, its own step, next thread), and ignores those that cannot be followed."""

    def __init__(self, wanted: Sequence[tuple[int, int, int]]) -> None:
        self._wanted = {(tid, own): to for tid, own, to in wanted}
        self._own: dict[int, int] = {}
        self._running = -1
        self._since = 0
        self.stop = 0

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        own = own_step(self._own, current.tid)
        to = self._wanted.get((current.tid, own))
        if to is not None and enabled >> to & 1:
            return to
        return default(current.tid, enabled, free)


def own_step(counts: dict[int, int], tid: int) -> int:
    """How often this thread had a choice so far, this time included."""
    counts[tid] = count = counts.get(tid, 0) + 1
    return count


class Recording:
    """Replays a schedule and notes each deviation in the coordinates of `Lenient`."""

    def __init__(self, deviations: Sequence[tuple[int, int]]) -> None:
        self._replay = Replay(deviations)
        self._own: dict[int, int] = {}
        self.noted: list[tuple[int, int, int]] = []
        self.stop = 0

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        own = own_step(self._own, current.tid)
        tid = self._replay.choose(current, enabled, free, step)
        if tid != default(current.tid, enabled, free):
            self.noted.append((current.tid, own, tid))
        return tid

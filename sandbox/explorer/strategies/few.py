"""Executions with exactly so many preemptions, at random steps; which thread runs after a free switch is random too.

What the bounded search does not reach (many threads have many orders even without a preemption) is sampled this way,
and a failure that was found with many preemptions is looked for again with fewer.
"""

from random import Random

from sandbox.explorer.strategies.base import bits
from sandbox.explorer.world import Fiber, Plan


class FewPreemptions:
    name = "few"

    def __init__(self, rng: Random, preemptions: int, steps: int = 50) -> None:
        self._rng = rng
        self._preemptions = preemptions
        self._steps = steps

    def next_plan(self) -> Plan:
        rng = self._rng
        return _Few(rng, sorted((rng.randint(1, max(self._steps, 1)) for _ in range(self._preemptions)), reverse=True))

    def observe(self, plan: Plan, steps: int) -> None:
        self._steps = max(steps, self._steps // 2)

    def restart(self) -> None:
        pass


class _Few:
    stop = 0

    def __init__(self, rng: Random, at: list[int]) -> None:
        self._random = rng.random
        self._at = at

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        if not free:
            at = self._at
            if not at or step < at[-1]:
                return current.tid
            at.pop()
            enabled &= ~current.bit
        tids = bits(enabled)
        return tids[int(self._random() * len(tids))]

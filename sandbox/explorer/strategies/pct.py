"""Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010).

Threads get random priorities, the highest that can run runs, and at depth - 1 random steps the running thread falls
below all others. Finds a bug of depth d with a probability of at least 1 / (n k^(d-1)), n threads, k steps.
"""

from random import Random

from sandbox.explorer.strategies.base import bits
from sandbox.explorer.world import Fiber, Plan


class Pct:
    """Depths 2, 3 and 4 in turn."""

    name = "pct"

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._steps = 50
        self._made = 0

    def next_plan(self) -> Plan:
        depth = 2 + self._made % 3
        self._made += 1
        return _Priorities(self._rng, depth, self._steps)

    def observe(self, plan: Plan, steps: int) -> None:
        self._steps = max(steps, self._steps // 2)

    def restart(self) -> None:
        pass


class _Priorities:
    stop = 0

    def __init__(self, rng: Random, depth: int, steps: int) -> None:
        self._random = rng.random
        self._priority: dict[int, float] = {}
        self._changes = sorted((rng.randint(1, max(steps, 1)) for _ in range(depth - 1)), reverse=True)
        self._lowest = 0.0

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        priority = self._priority
        gave_way = free and not enabled & current.bit
        if gave_way or (self._changes and step >= self._changes[-1]):
            if not gave_way:
                self._changes.pop()
            self._lowest -= 1.0
            priority[current.tid] = self._lowest
        best, chosen = -1e18, -1
        for tid in bits(enabled):
            if tid not in priority:
                priority[tid] = self._random()
            if priority[tid] > best:
                best, chosen = priority[tid], tid
        return chosen

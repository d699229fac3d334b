"""Partial order sampling (Yuan, Yang and Gu, CAV 2018).

Each pending operation has a random priority, the highest runs, and operations that conflict with it draw anew: orders
of conflicting operations are sampled far more evenly than by a random walk.
"""

from random import Random

from sandbox.explorer.strategies.base import bits
from sandbox.explorer.world import Fiber, Plan, W


class Pos:
    name = "pos"

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def next_plan(self) -> Plan:
        return _Pending(self._rng)

    def observe(self, plan: Plan, steps: int) -> None:
        pass

    def restart(self) -> None:
        pass


class _Pending:
    stop = 0

    def __init__(self, rng: Random) -> None:
        self._random = rng.random
        self._priority: dict[int, float] = {}

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        priority = self._priority
        tids = bits(enabled)
        # The current thread has arrived at a new operation.
        priority[current.tid] = self._random()
        best, chosen = -1.0, -1
        for tid in tids:
            value = priority.get(tid)
            if value is None:
                value = priority[tid] = self._random()
            if value > best:
                best, chosen = value, tid
        fibers = W.fibers
        winner = fibers[chosen]
        obj, key = winner.obj, winner.key
        for tid in tids:
            other = fibers[tid]
            if tid != chosen and other.obj is obj and other.key == key:
                priority[tid] = self._random()
        return chosen

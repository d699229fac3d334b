"""Selectively uniform random walk (SURW, ASPLOS 2025).

Of one kind of operation (say, those on `self.value`) the threads' orders are sampled uniformly: before each such
operation the thread that may do it is drawn in proportion to how many it has left, as counted in earlier executions.
Everything else runs by a random walk. The kind is drawn uniformly for each execution, so that one hot object does not
hide the others.
"""

from random import Random
from typing import Any

from sandbox.explorer.strategies.base import bits
from sandbox.explorer.world import Fiber, Plan, W

_Counts = dict[Any, dict[int, int]]


class Surw:
    name = "surw"

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._counts: _Counts = {}

    def next_plan(self) -> Plan:
        kinds = [kind for kind, counts in self._counts.items() if len(counts) > 1]
        kind = kinds[int(self._rng.random() * len(kinds))] if kinds else None
        return _Walk(self._rng, kind, dict(self._counts.get(kind, {})))

    def observe(self, plan: Plan, steps: int) -> None:
        assert isinstance(plan, _Walk)
        for kind, counts in plan.seen.items():
            known = self._counts.setdefault(kind, {})
            for tid, count in counts.items():
                known[tid] = max(count, known.get(tid, 0))

    def restart(self) -> None:
        self._counts.clear()


class _Walk:
    stop = 0

    def __init__(self, rng: Random, kind: Any, left: dict[int, int]) -> None:
        self._random = rng.random
        self._kind = kind
        self._left = left
        self.seen: _Counts = {}
        self._intended = self._draw()

    def _draw(self) -> int:
        left = self._left
        total = sum(left.values())
        if total <= 0:
            return -1
        at = self._random() * total
        for tid, count in left.items():
            at -= count
            if at < 0:
                return tid
        return -1

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        tids = bits(enabled)
        fibers = W.fibers
        kind = self._kind
        intended = self._intended
        if intended >= 0 and kind is not None:
            allowed = [tid for tid in tids if tid == intended or fibers[tid].key != kind]
        else:
            allowed = list(tids)
        forced = not allowed
        if forced:
            allowed = list(tids)
        chosen = allowed[int(self._random() * len(allowed))]
        key = fibers[chosen].key
        counts = self.seen.get(key)
        if counts is None:
            counts = self.seen[key] = {}
        counts[chosen] = counts.get(chosen, 0) + 1
        if key == kind:
            left = self._left
            left[chosen] = max(left.get(chosen, 0) - 1, 0)
            self._intended = self._draw()
        return chosen

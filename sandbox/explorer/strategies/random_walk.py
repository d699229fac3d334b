"""Random walk: at each step any thread that can run, each as likely."""

from random import Random

from sandbox.explorer.strategies.base import bits
from sandbox.explorer.world import Fiber, Plan


class RandomWalk:
    """Its own plan: nothing carries over from one execution to the next."""

    name = "random"
    stop = 0

    def __init__(self, rng: Random) -> None:
        self._random = rng.random

    def next_plan(self) -> Plan:
        return self

    def observe(self, plan: Plan, steps: int) -> None:
        pass

    def restart(self) -> None:
        pass

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        tids = bits(enabled)
        return tids[int(self._random() * len(tids))]

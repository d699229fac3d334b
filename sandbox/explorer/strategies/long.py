"""For executions so long that few fit into the time there is: one to three preemptions at random steps, and PCT.

A search from the first step on would never leave it, and schedules that switch at every step are long to tell.
"""

from random import Random

from sandbox.explorer.strategies.few import FewPreemptions
from sandbox.explorer.strategies.pct import Pct
from sandbox.explorer.world import Plan


class Long:
    name = "long"

    def __init__(self, rng: Random, steps: int) -> None:
        """steps: of the plain execution."""
        self._mix: tuple[FewPreemptions | Pct, ...] = (
            *(FewPreemptions(rng, preemptions, steps) for preemptions in (1, 2, 3)),
            Pct(rng),
        )
        self._made = 0

    def next_plan(self) -> Plan:
        each = self._mix[self._made % len(self._mix)]
        self._made += 1
        return each.next_plan()

    def observe(self, plan: Plan, steps: int) -> None:
        for each in self._mix:
            each.observe(plan, steps)

    def restart(self) -> None:
        pass

"""The default: small bounds exhaustively while they fit, then a mix of sampling strategies.

No single strategy finds everything within a few hundred schedules; shares as measured in the literature (SURW is best
where one object matters, POS where many do, PCT for depth, the random walk for what nobody thought of).
"""

from random import Random

from sandbox.explorer.strategies.bounded import Bounded
from sandbox.explorer.strategies.pct import Pct
from sandbox.explorer.strategies.pos import Pos
from sandbox.explorer.strategies.random_walk import RandomWalk
from sandbox.explorer.strategies.surw import Surw
from sandbox.explorer.world import Plan

BOUND = 2
_MIX = ((0.40, "surw"), (0.70, "pos"), (0.85, "pct"), (1.0, "random"))


class Portfolio:
    name = "portfolio"

    def __init__(self, rng: Random, schedules: int) -> None:
        self._rng = rng
        tenth = max(schedules // 10, 1)
        self.bounded = Bounded(BOUND, (2 * tenth, 3 * tenth, 2 * tenth))
        self._searching = True
        self._mix = {each.name: each for each in (Surw(rng), Pos(rng), Pct(rng), RandomWalk(rng))}
        self._from: Bounded | Surw | Pos | Pct | RandomWalk = self.bounded

    @property
    def searching(self) -> Bounded | None:
        """The bounded search, while that goes on."""
        return self.bounded if self._searching else None

    def next_plan(self) -> Plan | None:
        if self._searching:
            plan = self.bounded.next_plan()
            if plan is not None:
                self._from = self.bounded
                return plan
            self._searching = False
        if self.bounded.complete >= 1 << 30:
            return None
        at = self._rng.random()
        name = next(name for upto, name in _MIX if at < upto)
        self._from = self._mix[name]
        return self._from.next_plan()

    def observe(self, plan: Plan, steps: int) -> None:
        self._from.observe(plan, steps)

    def restart(self) -> None:
        if self._searching:
            self.bounded.restart()
        else:
            self.bounded.complete = -1
        for each in self._mix.values():
            each.restart()

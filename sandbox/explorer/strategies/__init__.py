"""How schedules are chosen: one strategy a file, behind `base.Strategy`."""

from random import Random

from sandbox.explorer.errors import UsageError
from sandbox.explorer.strategies.base import Strategy, bits
from sandbox.explorer.strategies.bounded import Bounded
from sandbox.explorer.strategies.pct import Pct
from sandbox.explorer.strategies.portfolio import Portfolio
from sandbox.explorer.strategies.pos import Pos
from sandbox.explorer.strategies.random_walk import RandomWalk
from sandbox.explorer.strategies.surw import Surw

NAMES = ("portfolio", "bounded", "surw", "pos", "pct", "random")


def make(name: str, seed: int, schedules: int) -> Strategy:
    """A strategy by its name. Raises UsageError."""
    rng = Random(seed)
    if name == "portfolio":
        return Portfolio(rng, schedules)
    if name == "bounded":
        return Bounded()
    if name == "surw":
        return Surw(rng)
    if name == "pos":
        return Pos(rng)
    if name == "pct":
        return Pct(rng)
    if name == "random":
        return RandomWalk(rng)
    raise UsageError(f"unknown strategy {name!r}: use one of {', '.join(NAMES)}")


__all__ = ["NAMES", "Strategy", "bits", "make"]

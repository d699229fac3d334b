"""What a strategy is, and what all of them need."""

from functools import lru_cache
from typing import Protocol

from sandbox.explorer.world import Plan


class Strategy(Protocol):
    """Chooses the schedules of an exploration, one plan after the other."""

    name: str

    def next_plan(self) -> Plan | None:
        """How to schedule the next execution; None: nothing is left to try."""

    def observe(self, plan: Plan, steps: int) -> None:
        """The execution of a plan is over."""

    def restart(self) -> None:
        """The set of sites that are steps has grown: step numbers no longer mean what they did."""


@lru_cache(maxsize=4096)
def bits(mask: int) -> tuple[int, ...]:
    """The thread ids in a bit mask, ascending."""
    return tuple(index for index in range(mask.bit_length()) if mask >> index & 1)


def default(current: int, enabled: int) -> int:
    """The thread that runs by the default rule (world.py)."""
    if enabled >> current & 1:
        return current
    higher = (enabled >> (current + 1) << (current + 1)) or enabled
    return (higher & -higher).bit_length() - 1

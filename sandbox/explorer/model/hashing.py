"""Hashes that do not depend on addresses: sets of futures, tasks and threads have one order in every execution."""

from typing import Any

from sandbox.explorer.world import W


def number_by_first_use(cls: Any) -> None:
    """Objects of this class are hashed by the order in which they are first hashed."""

    def hashed(self: Any) -> int:
        try:
            number: int = self._explorer_number
        except AttributeError:
            W.hashed = number = W.hashed + 1
            self._explorer_number = number
        return number

    cls.__hash__ = hashed

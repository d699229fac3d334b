"""Which variable an access means, where the source has one expression for several: `self.value` of two counters.

The first that a trace meets under an expression is called as the source writes it, the second `self.value #2`, and so
on: by the order of events, so that the same schedule gives the same names. An item is called by its key, `forks[1]` and
not `forks[left]`, as far as that is a number or a text.
"""

import ast
from functools import lru_cache
from typing import Any

from sandbox.explorer import looking
from sandbox.explorer.hooks import gone, keeper
from sandbox.explorer.world import W

LONGEST = 80
"""Characters of a name; a longer one stays as the source has it."""


_FIRST_ID = 0x7E00_0000_0000
_STRIDE = 16


def guest_id(obj: object, /) -> int:
    """`id` as programs see it: by the order in which they first ask, which is the same under the same schedule.

    Locks that are taken in the order of their ids would else be taken in another one in each execution.
    """
    number, kept = W.numbers.get(id(obj), (0, None))
    if not number or gone(kept):
        W.hashed += 1
        number = _FIRST_ID + _STRIDE * W.hashed
        W.numbers[id(obj)] = number, keeper(obj)
    return number


def guest_hash(obj: object, /) -> int:
    """`hash` as programs see it: by guest_id where it would be by address."""
    return guest_id(obj) // _STRIDE if looking.found(type(obj), "__hash__") is object.__hash__ else hash(obj)


class Identities:
    """The names of one execution's variables."""

    def __init__(self) -> None:
        self._known: dict[str, dict[int, tuple[Any, int]]] = {}
        self._counts: dict[str, int] = {}

    def name(self, text: str, owner: Any, base: str | None = None) -> str:
        """The expression, with the number of its owner where that is not the first.

        owner: the object, or the cell, that the variable belongs to. base: what of the expression stands for the owner,
        where that is less than the whole (of a call `log.append` it is `log`).
        """
        base = text if base is None else base
        known = self._known.setdefault(base, {})
        found = known.get(id(owner))
        if found is None or gone(found[0]):
            number = self._counts[base] = self._counts.get(base, 0) + 1
            found = known[id(owner)] = keeper(owner), number
        return numbered(text, found[1])


def numbered(text: str, number: int) -> str:
    return text if number == 1 else f"{text} #{number}"


def item(text: str, key: str) -> tuple[str, str]:
    """The expression of an item with its key in place of what the source computes it from; and its container's."""
    container = _container(text)
    name = f"{container}[{key}]"
    return (name, container) if container and len(name) <= LONGEST else (text, container or text)


@lru_cache(maxsize=1024)
def _container(text: str) -> str:
    try:
        found = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return ""  # cut, or over several lines
    if not isinstance(found, ast.Subscript) or found.value.end_lineno != 1:
        return ""
    return text.encode()[: found.value.end_col_offset].decode("utf-8", "replace")

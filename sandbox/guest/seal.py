"""Whether a program has replaced what its test stands on: functions and classes of threading, time, asyncio and ours.

`threading.Thread.start = threading.Thread.run` makes every program safe, and a clock that stands makes it quick. Such a
change is seen when an execution is over, and by each thread that a scenario starts. A program that puts everything
back in between is not seen, as long as it starts no thread by the scenario's hand meanwhile.
"""

import sys
import types
from collections.abc import Iterator, Mapping
from typing import Any

_SEALED = ("_queue", "_thread", "asyncio", "concurrent", "lockstep", "queue", "sandbox", "threading", "time")
"""Modules, with all that is in them."""
_CODE = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType,
    types.MemberDescriptorType, types.GetSetDescriptorType, classmethod, staticmethod, property, type,
)  # fmt: skip
"""What does not change while a program runs, unlike a counter or a registry."""
_OPEN = {"excepthook", "default_exception_handler"}
"""What a program may set, and what watch.py sets."""


class Seal:
    """What there is of these modules when it is made."""

    def __init__(self) -> None:
        spaces = {name: vars(module) for name, module in sys.modules.items() if module and _sealed(name)}
        self._all = list(_contents(spaces))
        self._threads = [kept for kept in self._all if kept[0] is spaces["threading"] or kept[3] == "threading"]

    def broken(self) -> bool:
        return _changed(self._all)

    def threads_broken(self) -> bool:
        """The same of threading alone, which is quick."""
        return _changed(self._threads)


_Kept = tuple[Mapping[str, Any], str, Any, str]
"""A namespace, a name in it, what that was, and the module."""


def _sealed(module: str) -> bool:
    return module.partition(".")[0] in _SEALED


def _contents(spaces: Mapping[str, Mapping[str, Any]]) -> Iterator[_Kept]:
    seen: set[int] = set()
    for module, space in spaces.items():
        for name, value in list(space.items()):
            if not isinstance(value, _CODE) or name in _OPEN:
                continue
            yield space, name, value, module
            if isinstance(value, type) and _sealed(value.__module__) and id(value) not in seen:
                seen.add(id(value))
                inside = vars(value)
                for each, part in list(inside.items()):
                    if isinstance(part, _CODE) and each not in _OPEN:
                        yield inside, each, part, value.__module__


def _changed(kept: list[_Kept]) -> bool:
    return any(space.get(name) is not value for space, name, value, _ in kept)

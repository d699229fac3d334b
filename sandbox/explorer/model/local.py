"""`_thread._local`: attributes that belong to the current learner thread.

After CPython's pure Python `_threading_local`, but keyed by the scheduler's threads, and without locks: nothing
switches between putting a thread's dictionary in place and using it.
"""

import itertools
from typing import Any

from sandbox.explorer.world import W

_serials = itertools.count(1)


class _local:  # noqa: N801 - the standard library's name
    __slots__ = ("__dict__", "__weakref__", "_local__args", "_local__serial")

    def __new__(cls, /, *args: Any, **kwargs: Any) -> "_local":
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        self = object.__new__(cls)
        object.__setattr__(self, "_local__args", (args, kwargs))
        object.__setattr__(self, "_local__serial", serial := next(_serials))
        # __init__ is called for the creating thread by type.__call__.
        W.current.locals[serial] = {}
        return self

    def __getattribute__(self, name: str) -> Any:
        _enter(self)
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _refuse_dict(self, name)
        _enter(self)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        _refuse_dict(self, name)
        _enter(self)
        object.__delattr__(self, name)

    def __del__(self) -> None:
        serial = object.__getattribute__(self, "_local__serial")
        for fiber in W.fibers:
            fiber.locals.pop(serial, None)


_local.__module__ = "_thread"


def _enter(self: _local) -> None:
    """Put the current thread's dictionary in place; a thread that comes for the first time runs __init__."""
    serial = object.__getattribute__(self, "_local__serial")
    space = W.current.locals.get(serial)
    if space is None:
        space = W.current.locals[serial] = {}
        object.__setattr__(self, "__dict__", space)
        args, kwargs = object.__getattribute__(self, "_local__args")
        type(self).__init__(self, *args, **kwargs)
    object.__setattr__(self, "__dict__", space)


def _refuse_dict(self: _local, name: str) -> None:
    if name == "__dict__":
        raise AttributeError(f"{type(self).__name__!r} object attribute '__dict__' is read-only")

"""What the explorer does not model says so: one sentence that names the call and its line."""

import os
import sys
import types
from typing import Any, NoReturn

from sandbox.explorer.errors import NotModelledError
from sandbox.explorer.model import entropy

guest_files: set[str] = set()
"""The file names of the learner's modules."""

PROCESSES = "starts a process, which runs outside the explorer's control; use a real run for it"
_OTHERS = "is about processes, which run outside the explorer's control; use a real run for it"
_NETWORK = "talks to the network, which the explorer does not model; use a real run for it"
_SIGNALS = "is about signals, which the explorer does not model; use a real run for it"

MODULES = {
    "multiprocessing": PROCESSES,
    "subprocess": PROCESSES,
    "socket": _NETWORK,
    "ssl": _NETWORK,
    "select": _NETWORK,
    "selectors": _NETWORK,
    "socketserver": _NETWORK,
    "http.client": _NETWORK,
    "http.server": _NETWORK,
    "urllib.request": _NETWORK,
}
"""Modules whose every call is refused; importing them is not."""

OS_CALLS = dict.fromkeys((
    "fork", "forkpty", "system", "popen", "posix_spawn", "posix_spawnp", "execv", "execve", "execvp", "execvpe",
    "execl", "execle", "execlp", "execlpe", "spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve", "spawnvp",
    "spawnvpe",
), PROCESSES) | dict.fromkeys(("kill", "killpg", "wait", "waitpid", "pipe", "abort", "_exit"), _OTHERS)  # fmt: skip
"""Functions of `os` that are refused, and why."""


def guest_line() -> int:
    """The line of the learner's code that runs now; 0 when there is none."""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename in guest_files:
            return frame.f_lineno
        frame = frame.f_back
    return 0


def refuse(name: str, why: str = _SIGNALS) -> NoReturn:
    raise NotModelledError(name, guest_line(), why)


class Refused:
    """Stands in for a function or class that is not modelled."""

    def __init__(self, name: str, why: str) -> None:
        self.__name__ = self.__qualname__ = name
        self._why = why

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        refuse(self.__name__, self._why)

    def __getattr__(self, name: str) -> "Refused":
        if name.startswith("__"):
            raise AttributeError(name)
        return Refused(f"{self.__name__}.{name}", self._why)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        why = self._why
        name = self.__name__

        class Base:
            def __new__(cls, *_: Any, **__: Any) -> NoReturn:
                refuse(name, why)

        return (Base,)


class RefusedModule(types.ModuleType):
    """A module of which constants and exceptions can be had, and whose calls are refused."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name)
        self.__dict__["_why"] = why
        self.__dict__["__path__"] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self.__name__}.{name}"
        if full in ("multiprocessing.cpu_count",):
            return os.cpu_count
        return Refused(full, self.__dict__["_why"])


def refused_module(name: str) -> RefusedModule | None:
    """The stand-in for a module the learner imports, if it is one that is refused."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        why = MODULES.get(".".join(parts[:length]))
        if why is not None:
            return RefusedModule(name, why)
    return None


def build_os() -> types.ModuleType:
    """`os` without what makes or ends processes, and without fork hooks."""
    module = types.ModuleType("os", os.__doc__)
    module.__dict__.update(os.__dict__)
    for name, why in OS_CALLS.items():
        if hasattr(os, name):
            setattr(module, name, Refused(f"os.{name}", why))
    # The standard library's private copies must not register hooks with this process.
    module.__dict__["register_at_fork"] = lambda **_: None
    module.__dict__.update(urandom=entropy.urandom, getrandom=entropy.getrandom)
    return module

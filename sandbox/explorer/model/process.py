"""The modelled `signal` and `atexit`: their state belongs to one execution, not to this process."""

import signal
import types
from collections.abc import Callable
from typing import Any

from sandbox.explorer.model.refused import refuse
from sandbox.explorer.world import W

_handlers: dict[int, Any] = {}
_at_exit: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []


def reset() -> None:
    """Forget what the last execution registered."""
    _handlers.clear()
    _at_exit.clear()


def run_at_exit() -> None:
    """Run what the program registered with atexit, last first."""
    while _at_exit:
        function, args, kwargs = _at_exit.pop()
        function(*args, **kwargs)


def _register(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Callable[..., Any]:
    _at_exit.append((function, args, kwargs))
    return function


def _unregister(function: Callable[..., Any]) -> None:
    _at_exit[:] = [entry for entry in _at_exit if entry[0] != function]


def build_atexit() -> types.ModuleType:
    module = types.ModuleType("atexit", "The explorer's model of atexit.")
    module.__dict__.update(
        register=_register, unregister=_unregister, _clear=_at_exit.clear, _run_exitfuncs=run_at_exit, _ncallbacks=len
    )
    return module


def _signal(number: int, handler: Any) -> Any:
    if W.current.tid != 0:
        raise ValueError("signal only works in main thread of the main interpreter")
    before = _getsignal(number)
    _handlers[int(number)] = handler
    return before


def _getsignal(number: int) -> Any:
    return _handlers.get(int(number), signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def build_signal() -> types.ModuleType:
    """Handlers can be set, as asyncio.run does; no signal ever arrives."""
    module = types.ModuleType("signal", signal.__doc__)
    module.__dict__.update(signal.__dict__)
    module.__dict__.update(signal=_signal, getsignal=_getsignal, set_wakeup_fd=lambda *_, **__: -1)
    for name in ("alarm", "setitimer", "pause", "raise_signal", "pthread_kill", "sigwait", "siginterrupt"):
        if hasattr(signal, name):
            setattr(module, name, _refuser(f"signal.{name}"))
    return module


def _refuser(name: str) -> Callable[..., Any]:
    return lambda *_, **__: refuse(name)

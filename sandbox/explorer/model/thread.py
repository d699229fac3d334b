"""The modelled `_thread`, for CPython 3.11 to 3.13: what `threading` stands on."""

import sys
import traceback
import types
from collections.abc import Callable
from typing import Any

from sandbox.explorer.errors import Abort
from sandbox.explorer.model.local import _local
from sandbox.explorer.model.locks import TIMEOUT_MAX, Lock, Sentinel
from sandbox.explorer.streams import STDERR
from sandbox.explorer.world import Fiber, W

MAIN_IDENT = 0x7F0000001000


class ExceptHookArgs(tuple[Any, ...]):
    """What threading.excepthook receives: exc_type, exc_value, exc_traceback, thread."""

    __slots__ = ()
    exc_type = property(lambda self: self[0])
    exc_value = property(lambda self: self[1])
    exc_traceback = property(lambda self: self[2])
    thread = property(lambda self: self[3])


def excepthook(args: Any) -> None:
    """The default threading.excepthook: the exception is lost in its thread, and the outcome says so."""
    if W.aborting or args[0] is SystemExit or isinstance(args[1], Abort):
        return
    W.lost.append((W.current, args[1]))
    if sys.stderr is not None:
        name = args[3].name if args[3] is not None else W.current.ident
        print(f"Exception in thread {name}:", file=sys.stderr)
        if sys.stderr is STDERR and W.tracer is None:
            # Nobody reads it, unless the execution is run again with a trace.
            print(f"{args[0].__name__}: {args[1]}", file=sys.stderr)
        else:
            traceback.print_exception(args[0], args[1], args[2], file=sys.stderr)


def _body(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], done: Sentinel) -> Any:
    def body(fiber: Fiber) -> None:
        if W.tracer is not None:
            W.tracer.began(fiber)
        try:
            function(*args, **kwargs)
        except (SystemExit, Abort):
            pass
        except BaseException as error:
            hook = sys.unraisablehook
            if not W.aborting:
                W.lost.append((fiber, error))
                if hook is not sys.__unraisablehook__:
                    hook(_Unraisable(error, function))  # type: ignore[arg-type]
        finally:
            if not W.aborting:
                W.current.turns = 0
                if W.tracer is not None:
                    W.tracer.ended(fiber)
            done.free()

    return body


class _Unraisable:
    def __init__(self, error: BaseException, object: Any) -> None:
        self.exc_type = type(error)
        self.exc_value = error
        self.exc_traceback = error.__traceback__
        newer = sys.version_info >= (3, 13)
        self.err_msg = (
            f"Exception ignored in thread started by {object!r}" if newer else "Exception ignored in thread started by"
        )
        self.object = None if newer else object


def _start(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], daemon: bool) -> Fiber:
    W.point(None, "start", -8)
    parent = W.current
    done = Sentinel(None)
    fiber = W.spawn(_body(function, args, kwargs, done))
    done.fiber = done.holder = fiber
    fiber.handle = done
    owner = getattr(function, "__self__", None)
    fiber.name = getattr(owner, "_name", "") or f"thread {fiber.tid}"
    fiber.daemon = getattr(owner, "_daemonic", daemon)
    parent.turns = 0
    if W.tracer is not None:
        W.tracer.started(parent, fiber)
    return fiber


def start_new_thread(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Any = None) -> int:
    if not callable(function):
        raise TypeError("first arg must be callable")
    if not isinstance(args, tuple):
        raise TypeError("2nd arg must be a tuple")
    if kwargs is not None and not isinstance(kwargs, dict):
        raise TypeError("optional 3rd arg must be a dictionary")
    return _start(function, args, kwargs or {}, daemon=True).ident


class ThreadHandle:
    """3.13's `_thread._ThreadHandle`."""

    __slots__ = ("__weakref__", "_done", "_fiber", "_lock")

    def __init__(self) -> None:
        self._fiber: Fiber | None = None
        self._lock: Sentinel | None = None
        self._done = False

    @property
    def ident(self) -> int | None:
        return None if self._fiber is None else self._fiber.ident

    def is_done(self) -> bool:
        if self._lock is not None and not self._done:
            W.point(self._lock, "join", -5)
            self._done = self._lock.holder is None
        return self._done

    def _set_done(self) -> None:
        if self._fiber is None:
            raise RuntimeError("thread not started")
        self._done = True
        if self._lock is not None:
            self._lock.free()

    def join(self, timeout: float | None = None) -> None:
        lock = self._lock
        if lock is None:
            if self._done:
                return
            raise RuntimeError("thread not started")
        if lock.fiber is W.current and not self._done:
            raise RuntimeError("Cannot join current thread")
        if lock.acquire(True, -1 if timeout is None or timeout < 0 else timeout):
            lock.free()
            self._done = True


def start_joinable_thread(
    function: Callable[[], Any], handle: ThreadHandle | None = None, daemon: bool = True
) -> ThreadHandle:
    if not callable(function):
        raise TypeError("thread function must be callable")
    if handle is None:
        handle = ThreadHandle()
    elif handle._lock is not None:
        raise RuntimeError("thread already started")
    fiber = _start(function, (), {}, daemon)
    handle._fiber = fiber
    handle._lock = fiber.handle
    return handle


def make_thread_handle(ident: int) -> ThreadHandle:
    """A handle for a thread that runs already: the main thread, or one started by start_new_thread."""
    handle = ThreadHandle()
    if not W.fibers:
        handle._fiber = Fiber(0)
        return handle
    for fiber in W.fibers:
        if fiber.ident == ident:
            handle._fiber = fiber
            handle._lock = fiber.handle
    return handle


def shutdown() -> None:
    """Join every thread that is not a daemon, also those that start meanwhile."""
    joined = 0
    while joined < len(W.fibers):
        fiber = W.fibers[joined]
        joined += 1
        if fiber.daemon or fiber is W.current or fiber.died or fiber.handle is None:
            continue
        lock = fiber.handle
        lock.acquire()
        lock.free()


def set_sentinel() -> Sentinel:
    """Up to 3.12: the lock that is released when the current thread ends."""
    current = W.current
    if current.handle is None:
        current.handle = Sentinel(current)
    sentinel: Sentinel = current.handle
    sentinel.holder = None
    return sentinel


def get_ident() -> int:
    return W.current.ident


def get_native_id() -> int:
    return 1000 + W.current.tid


def _count() -> int:
    return W.live - 1


def interrupt_main(signum: int = 2) -> None:
    from sandbox.explorer.model.refused import refuse

    refuse("_thread.interrupt_main")


def exit_thread() -> None:
    raise SystemExit


_stack_sizes = [0]


def stack_size(size: int | None = None) -> int:
    """Remembered, without effect: a greenlet's stack needs no size."""
    before = _stack_sizes[0]
    if size is not None:
        if size < 0 or 0 < size < 32768:
            raise ValueError(f"size not valid: {size} bytes" if size > 0 else "size must be 0 or a positive value")
        _stack_sizes[0] = size
    return before


def build() -> types.ModuleType:
    """The module that stands in for `_thread`. RLock is left out: the pure Python one serves."""
    module = types.ModuleType("_thread", "The explorer's model of CPython's _thread.")
    names: dict[str, Any] = {
        "error": RuntimeError,
        "_local": _local,
        "LockType": Lock,
        "allocate_lock": Lock,
        "allocate": Lock,
        "start_new_thread": start_new_thread,
        "start_new": start_new_thread,
        "get_ident": get_ident,
        "get_native_id": get_native_id,
        "_count": _count,
        "interrupt_main": interrupt_main,
        "exit": exit_thread,
        "exit_thread": exit_thread,
        "stack_size": stack_size,
        "TIMEOUT_MAX": TIMEOUT_MAX,
        "_excepthook": excepthook,
        "_ExceptHookArgs": ExceptHookArgs,
        "_is_main_interpreter": lambda: True,
        "daemon_threads_allowed": lambda: True,
    }
    if sys.version_info >= (3, 13):
        names |= {
            "lock": Lock,
            "start_joinable_thread": start_joinable_thread,
            "_ThreadHandle": ThreadHandle,
            "_make_thread_handle": make_thread_handle,
            "_get_main_thread_ident": lambda: MAIN_IDENT,
            "_shutdown": shutdown,
        }
    else:
        names["_set_sentinel"] = set_sentinel
    module.__dict__.update(names)
    return module

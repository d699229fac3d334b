"""`_thread.lock` and its kin. As in CPython a release lets all waiters try, and the first to run wins."""

import sys
from collections import deque
from typing import Any

from sandbox.explorer.world import W

TIMEOUT_MAX = 9223372036.0
"""What CPython allows, in seconds."""


_NEGATIVE = "timeout value must be " + ("a non-negative number" if sys.version_info >= (3, 13) else "positive")


class Lock:
    """A mutual exclusion lock that any thread may release."""

    __slots__ = ("__weakref__", "clock", "holder", "number", "waiting")

    kind = "lock"

    def __init__(self) -> None:
        self.holder: Any = None
        self.waiting = 0
        W.locks = self.number = W.locks + 1
        self.clock: Any = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if timeout != -1:
            timeout = _checked(blocking, timeout)
        W.step = n = W.step + 1
        if n >= W.stop:
            W.decide(n, self, self.number, -2)
        if self.holder is None:
            self.take()
            return True
        if not blocking or timeout == 0:
            self.holder.turned_away |= W.current.bit
            return False
        return self.wait(None if timeout < 0 else W.now + timeout)

    def __enter__(self) -> bool:
        W.step = n = W.step + 1
        if n >= W.stop:
            W.decide(n, self, self.number, -2)
        if self.holder is None:
            self.holder = W.current
            if self.waiting:
                W.enabled &= ~self.waiting
                self.holder.kept_waiting |= self.waiting
            if W.tracer is not None:
                W.tracer.acquired(self)
            return True
        return self.wait(None)

    def take(self) -> None:
        """The current thread gets the lock, which is free."""
        self.holder = W.current
        if self.waiting:
            W.enabled &= ~self.waiting
            if self.number:  # not the standard library's own bookkeeping
                self.holder.kept_waiting |= self.waiting
        if W.tracer is not None:
            W.tracer.acquired(self)

    def wait(self, deadline: float | None) -> bool:
        """Block until the lock is free, and take it; False when the deadline came first."""
        current = W.current
        self.waiting |= current.bit
        if self.number:
            self.holder.kept_waiting |= current.bit
        if W.tracer is not None:
            W.tracer.blocked(self)
        if not W.block(self.kind, self, deadline):
            if W.tracer is not None:
                W.tracer.timed_out(self)
            return False
        self.waiting &= ~current.bit
        current.turns = 0
        self.take()
        return True

    def forget(self, fiber: Any) -> None:
        """The fiber's deadline came: it waits no more."""
        self.waiting &= ~fiber.bit

    def release(self) -> None:
        W.step = n = W.step + 1
        if n >= W.stop:
            W.decide(n, self, self.number, -3)
        self.free()

    def free(self) -> None:
        """Release without a step."""
        if self.holder is None:
            if W.aborting:
                return
            raise RuntimeError("release unlocked lock")
        if W.tracer is not None:
            W.tracer.released(self)
        self.holder = None
        if self.waiting:
            W.enabled |= self.waiting

    def __exit__(self, *_: object) -> None:
        W.step = n = W.step + 1
        if n >= W.stop:
            W.decide(n, self, self.number, -3)
        self.free()

    def locked(self) -> bool:
        W.point(self, self.number, -4)
        return self.holder is not None

    def _is_owned(self) -> bool:
        """For Condition, which would else try to acquire the lock, which is no step of the program."""
        return self.holder is not None

    def _at_fork_reinit(self) -> None:
        self.holder = None
        self.waiting = 0

    def __hash__(self) -> int:
        # Sets of locks have the same order in every execution.
        return self.number

    def __repr__(self) -> str:
        state = "unlocked" if self.holder is None else "locked"
        return f"<{state} _thread.lock object at {id(self):#x}>"

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked


def _checked(blocking: bool, timeout: float) -> float:
    if not isinstance(timeout, int | float):
        raise TypeError(f"'{type(timeout).__name__}' object cannot be interpreted as an integer or float")
    if not blocking:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0:
        raise ValueError(_NEGATIVE)
    if timeout > TIMEOUT_MAX:
        raise OverflowError("timeout value is too large")
    return timeout


Lock.__name__ = Lock.__qualname__ = "lock"
Lock.__module__ = "_thread"


class QuietLock(Lock):
    """A lock of the standard library's own bookkeeping: it blocks, but it is no step of its own."""

    __slots__ = ()

    def __init__(self) -> None:
        self.holder = None
        self.waiting = 0
        self.number = 0
        self.clock = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if self.holder is None:
            self.take()
            return True
        if not blocking:
            return False
        return self.wait(None if timeout < 0 else W.now + timeout)

    def release(self) -> None:
        self.free()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.free()

    def locked(self) -> bool:
        return self.holder is not None


class NoLock:
    """Guards what is done between two steps, where nobody can come in between anyway."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        return True

    def release(self) -> None:
        pass

    def __enter__(self) -> bool:
        return True

    def __exit__(self, *_: object) -> None:
        pass

    def _at_fork_reinit(self) -> None:
        pass


class Waiter(Lock):
    """The lock on which Condition.wait sleeps: whoever notifies releases it, so its holder is nobody's fault."""

    __slots__ = ()

    kind = "notify"

    def __init__(self) -> None:
        self.holder = None
        self.waiting = 0
        self.number = 0
        self.clock = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if self.holder is None:
            self.holder = W.current
            if W.tracer is not None:
                W.tracer.joined(self)
            return True
        if not blocking or timeout == 0:
            return False
        return self.wait(None if timeout < 0 else W.now + timeout)

    def take(self) -> None:
        self.holder = W.current
        if W.tracer is not None:
            W.tracer.joined(self)

    def release(self) -> None:
        """Notify. The caller holds the condition's lock, so this needs no step of its own."""
        W.current.turns = 0
        if self.holder is None:
            raise RuntimeError("release unlocked lock")
        if W.tracer is not None:
            W.tracer.signalled(self)
        self.holder = None
        if self.waiting:
            W.enabled |= self.waiting
            W.current.notified |= self.waiting


class Sentinel(QuietLock):
    """Held while a thread lives; joining it waits here."""

    __slots__ = ("fiber",)

    kind = "join"

    def __init__(self, fiber: Any) -> None:
        super().__init__()
        self.fiber = fiber

    def __hash__(self) -> int:
        return 0 if self.fiber is None else hash(self.fiber.tid)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if self.holder is self.fiber and W.current is not self.fiber:
            W.point(self, "join", -5)
        if self.holder is None:
            self.holder = W.current
            if W.tracer is not None:
                W.tracer.joined(self)
            return True
        if not blocking or timeout == 0:
            return False
        return self.wait(None if timeout < 0 else W.now + timeout)

    def take(self) -> None:
        self.holder = W.current
        if self.waiting:
            W.enabled &= ~self.waiting
        if W.tracer is not None:
            W.tracer.joined(self)

    def free(self) -> None:
        if W.tracer is not None:
            W.tracer.signalled(self)
        if self.holder is self.fiber and self.fiber is not None:
            self.fiber.joiners = self.waiting
        self.holder = None
        if self.waiting:
            W.enabled |= self.waiting

    def release(self) -> None:
        self.free()


class SimpleQueue:
    """`_queue.SimpleQueue`: unbounded, FIFO, each call one step."""

    __slots__ = ("__weakref__", "_gate", "_items")

    __class_getitem__ = classmethod(type(list[int]))  # type: ignore[var-annotated]

    def __init__(self) -> None:
        self._items: deque[Any] = deque()
        self._gate = _QueueGate()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        W.point(self, "[]", -6)
        W.current.turns = 0
        gate = self._gate
        if W.tracer is not None:
            W.tracer.signalled(gate)
        self._items.append(item)
        if gate.waiting:
            W.enabled |= gate.waiting
            W.current.notified |= gate.waiting

    def put_nowait(self, item: Any) -> None:
        self.put(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if block and timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        W.point(self, "[]", -7)
        items = self._items
        gate = self._gate
        if not items and (not block or timeout == 0 or not gate.wait(None if timeout is None else W.now + timeout)):
            raise Empty
        item = items.popleft()
        if not items and gate.waiting:
            W.enabled &= ~gate.waiting
        W.current.turns = 0
        if W.tracer is not None:
            W.tracer.joined(gate)
        return item

    def get_nowait(self) -> Any:
        return self.get(block=False)

    def empty(self) -> bool:
        W.point(self, "[]", -7)
        return not self._items

    def qsize(self) -> int:
        W.point(self, "[]", -7)
        return len(self._items)


class _QueueGate:
    """Who waits at an empty SimpleQueue."""

    kind = "get"
    number = 0

    __slots__ = ("clock", "waiting")

    def __init__(self) -> None:
        self.waiting = 0
        self.clock: Any = None

    def wait(self, deadline: float | None) -> bool:
        current = W.current
        self.waiting |= current.bit
        if not W.block(self.kind, self, deadline):
            return False
        self.waiting &= ~current.bit
        return True

    def forget(self, fiber: Any) -> None:
        self.waiting &= ~fiber.bit


class Empty(Exception):  # noqa: N818 - the standard library's name
    "Exception raised by Queue.get(block=0)/get_nowait()."


Empty.__module__ = "_queue"

"""What `Thread.start` waits for: that the new thread has begun. A handshake, not a step of the program."""

from typing import Any

from sandbox.explorer.world import W


class Started:
    """Stands in for the Event `Thread._started`.

    CPython's start() returns after the new thread has registered itself; here the parent runs the child up to that
    point and gets the processor straight back.
    """

    __slots__ = ("_flag", "_parent")

    def __init__(self) -> None:
        self._flag = False
        self._parent: Any = None

    def is_set(self) -> bool:
        return self._flag

    def set(self) -> None:
        self._flag = True
        parent = self._parent
        if parent is not None:
            self._parent = None
            W.current = parent
            parent.glet.switch()

    def wait(self, timeout: float | None = None) -> bool:
        if not self._flag:
            child = W.fibers[-1]
            self._parent = W.current
            W.current = child
            child.glet.switch()
        return True

    def _at_fork_reinit(self) -> None:
        self._flag = False

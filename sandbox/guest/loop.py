"""The supervisor's event loop: one thread, nothing blocks, every descriptor has one callback."""

import os
import selectors
import signal
from collections.abc import Callable
from resource import struct_rusage
from typing import Any

from sandbox.guest.wire import MalformedError, Reader, pack

_CHUNK = 65536


class Loop:
    """Descriptors and what to do when they are ready."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wants: dict[int, tuple[Callable[[], None] | None, Callable[[], None] | None]] = {}

    def watch(
        self, descriptor: int, read: Callable[[], None] | None = None, write: Callable[[], None] | None = None
    ) -> None:
        """Replaces what is wanted of descriptor; nothing at all forgets it."""
        events = (selectors.EVENT_READ if read else 0) | (selectors.EVENT_WRITE if write else 0)
        if descriptor in self._wants:
            self._selector.unregister(descriptor)
            del self._wants[descriptor]
        if events:
            self._selector.register(descriptor, events)
            self._wants[descriptor] = (read, write)

    def poll(self, seconds: float) -> None:
        """Waits that long at most and calls back what is ready."""
        for key, events in self._selector.select(max(0.0, seconds)):
            wants = self._wants.get(key.fd)
            if wants is None:
                continue
            read, write = wants
            if events & selectors.EVENT_READ and read:
                read()
            if events & selectors.EVENT_WRITE and write and self._wants.get(key.fd) == wants:
                write()


class Reaper:
    """Waits for every child there is, its own and adopted ones."""

    def __init__(self, loop: Loop) -> None:
        self.ended: dict[int, int] = {}
        """Wait statuses by process id."""
        self.on_end: Callable[[int, struct_rusage], None] = lambda _pid, _usage: None
        """Told the process id and what it and the children it had waited for have used."""
        self._wakeup, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        loop.watch(self._wakeup, read=self._woken)

    def _woken(self) -> None:
        os.read(self._wakeup, 4096)
        self.reap()

    def reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.ended[pid] = status
            self.on_end(pid, usage)


class Peer:
    """The supervisor's end of a line to the checker or to a learner's process; never blocks.

    word: what each message from the other end has to hold.
    """

    def __init__(self, loop: Loop, descriptor: int, limit: int, word: str | None = None) -> None:
        self._loop = loop
        self._descriptor = descriptor
        self._reader = Reader(limit, word)
        self._unsent = bytearray()
        self.messages: list[dict[str, Any]] = []
        self.malformed = False
        self.closed = False
        os.set_blocking(descriptor, False)
        self._rewatch()

    def _rewatch(self) -> None:
        self._loop.watch(self._descriptor, read=self.read, write=self._write if self._unsent else None)

    def send(self, message: dict[str, Any]) -> None:
        self._unsent += pack(message)
        self._write()

    def _write(self) -> None:
        try:
            while self._unsent and not self.closed:
                del self._unsent[: os.write(self._descriptor, self._unsent[:_CHUNK])]
        except BlockingIOError:
            pass
        except OSError:
            self._unsent.clear()
        if not self.closed:
            self._rewatch()

    def read(self) -> None:
        """Takes in what has come."""
        try:
            while not self.closed:
                data = os.read(self._descriptor, _CHUNK)
                if not data:
                    self.close()
                    return
                self.messages.extend(self._reader.feed(data))
        except BlockingIOError:
            return
        except MalformedError:
            self.malformed = True
            self.close()
        except OSError:
            self.close()

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self._loop.watch(self._descriptor)
            os.close(self._descriptor)

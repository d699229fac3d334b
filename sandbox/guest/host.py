"""The supervisor's line to the host: frames of sandbox.protocol on standard input and output."""

import os
import time

from sandbox.guest.loop import Loop
from sandbox.protocol import MAX_REQUEST, Decoder, Event, ProtocolError, Renew, Request, encode

_CHUNK = 65536
_BACKLOG = 512 * 1024
"""Unsent bytes at which the learner's output is no longer read, so that the program waits for a slow host."""


class HostGoneError(BaseException):
    """The host has closed its end or broken the protocol: nobody is left to work for."""


class Host:
    """Never blocks; on_gone() raises HostGoneError out of the event loop."""

    def __init__(self, loop: Loop, read_from: int, write_to: int) -> None:
        self._loop = loop
        self._read_from, self._write_to = read_from, write_to
        self._decoder = Decoder(MAX_REQUEST)
        self._unsent = bytearray()
        self.said: list[Request | Renew] = []
        """What the host wants and nobody has taken up yet."""
        os.set_blocking(read_from, False)
        os.set_blocking(write_to, False)
        loop.watch(read_from, read=self._read)

    @property
    def congested(self) -> bool:
        return len(self._unsent) > _BACKLOG

    def send(self, event: Event) -> None:
        self._unsent += encode(event)
        self._write()

    def flush(self, seconds: float) -> None:
        """Gives what is unsent that long to be taken."""
        deadline = time.monotonic() + seconds
        while self._unsent and time.monotonic() < deadline:
            self._loop.poll(0.1)

    def _write(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: os.write(self._write_to, self._unsent[:_CHUNK])]
        except BlockingIOError:
            pass
        except OSError:
            raise HostGoneError from None
        self._loop.watch(self._write_to, write=self._write if self._unsent else None)

    def _read(self) -> None:
        data = os.read(self._read_from, _CHUNK)
        if not data:
            raise HostGoneError
        try:
            for message in self._decoder.feed(data):
                if not isinstance(message, Request | Renew):
                    raise ProtocolError(f"a host does not send {type(message).__name__}")
                self.said.append(message)
        except ProtocolError:
            raise HostGoneError from None

"""sys.stdout and sys.stderr of a learner's process, and the records they become.

Text is held back until a line ends, another thread prints, or a flush asks for it: what a terminal's line buffering
does, except that every piece keeps the name of the thread that printed it. Each piece is written as one record no
longer than PIPE_BUF, so that records of several threads and forked processes never mix, and both streams go through
one pipe, so that their order is the order in which they were printed.
"""

import _thread
import io
import os
import struct
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

_HEADER = struct.Struct(">2sBBH")  # magic, stream, length of the name, length of the data
_MAGIC = b"\xfeL"
Stream = Literal["stdout", "stderr"]
_NAMES: tuple[Stream, Stream] = ("stdout", "stderr")
_NAME_BYTES = 64
_PIPE_BUF = 4096  # what POSIX and Linux write to a pipe in one piece
_DATA_BYTES = _PIPE_BUF - _HEADER.size - _NAME_BYTES


class MalformedRecordError(Exception):
    """The program wrote to the descriptor that carries its output records."""


@dataclass(frozen=True, slots=True)
class Record:
    """One piece of output."""

    stream: Stream
    thread: str | None
    data: bytes


def records(buffer: bytearray) -> Iterator[Record]:
    """Takes every complete record off the front of buffer. Raises MalformedRecordError."""
    while len(buffer) >= _HEADER.size:
        magic, stream, name_length, length = _HEADER.unpack_from(buffer)
        if magic != _MAGIC or stream >= len(_NAMES) or name_length > _NAME_BYTES or length > _DATA_BYTES:
            raise MalformedRecordError
        end = _HEADER.size + name_length + length
        if len(buffer) < end:
            return
        name = bytes(buffer[_HEADER.size : _HEADER.size + name_length]).decode("utf-8", "replace")
        data = bytes(buffer[_HEADER.size + name_length : end])
        del buffer[:end]
        yield Record(_NAMES[stream], name or None, data)


class Channel:
    """Where both streams of a process meet."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = _thread.RLock()
        self._held: list[tuple[int, str, bytes]] = []
        self._held_bytes = 0
        os.register_at_fork(before=self.flush, after_in_child=self._after_fork)

    def _after_fork(self) -> None:
        self._lock = _thread.RLock()
        self._forget()

    def _forget(self) -> None:
        self._held.clear()
        self._held_bytes = 0

    def write(self, stream: int, data: bytes) -> None:
        name = _thread_name()
        with self._lock:
            if self._held and self._held[0][:2] != (stream, name):
                self._emit()
            self._held.append((stream, name, data))
            self._held_bytes += len(data)
            if b"\n" in data or self._held_bytes >= _DATA_BYTES:
                self._emit()

    def flush(self) -> None:
        with self._lock:
            self._emit()

    def try_flush(self) -> None:
        """Like flush, but gives up where another thread is printing: for a signal handler."""
        if self._lock.acquire(blocking=False):
            try:
                self._emit()
            finally:
                self._lock.release()

    def _emit(self) -> None:
        if not self._held:
            return
        stream, name = self._held[0][:2]
        data = b"".join(piece for _, _, piece in self._held)
        self._forget()
        label = name.encode("utf-8", "replace")[:_NAME_BYTES]
        for start in range(0, len(data), _DATA_BYTES):
            piece = data[start : start + _DATA_BYTES]
            record = _HEADER.pack(_MAGIC, stream, len(label), len(piece)) + label + piece
            try:
                os.write(self._descriptor, record)
            except OSError:  # the program has closed it: an ordinary descriptor is next best
                os.write(stream + 1, piece)


class _Raw(io.RawIOBase):
    """What lies under sys.stdout or sys.stderr."""

    def __init__(self, channel: Channel, stream: int) -> None:
        self._channel = channel
        self._stream = stream
        self.name = f"<{_NAMES[stream]}>"
        self.mode = "wb"

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """The ordinary descriptor, so that subprocess and os.write work."""
        return self._stream + 1

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._channel.write(self._stream, piece)
        return len(piece)

    def flush(self) -> None:
        self._channel.flush()


_installed: list[Channel] = []


def flush() -> None:
    """Writes what is held back, whatever the program has made of sys.stdout."""
    for channel in _installed:
        channel.flush()


def install(descriptor: int) -> Channel:
    """Makes sys.stdout and sys.stderr write records to descriptor."""
    channel = Channel(descriptor)
    _installed.append(channel)
    for stream, name in enumerate(_NAMES):
        errors = "strict" if name == "stdout" else "backslashreplace"
        text = io.TextIOWrapper(_Raw(channel, stream), encoding="utf-8", errors=errors, write_through=True)
        setattr(sys, name, text)
        setattr(sys, f"__{name}__", text)
    return channel


def _thread_name() -> str:
    # current_thread() would register a dummy for a thread that threading does not know
    thread = threading._active.get(_thread.get_ident())  # type: ignore[attr-defined]
    return thread.name if thread is not None else ""

"""Messages between the supervisor and the processes inside a sandbox: length-limited JSON objects on a socket.

The learner's end of such a line is not trusted: whatever does not parse raises MalformedError, which the supervisor
counts against the learner's program. So does what lacks the line's word: a program that writes to the descriptor does
not know it, and would have to find it in the memory of its process first. Host and guest speak sandbox.protocol
instead.
"""

import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

FROM_LEARNER = 4 * 1024 * 1024
"""Bytes of the longest message a learner's process may send."""
TRUSTED = 64 * 1024 * 1024
"""Bytes of the longest message between trusted processes: a result with all that was printed."""

_LENGTH = struct.Struct(">I")


class MalformedError(Exception):
    """A message that is too long, not JSON, not an object with a "type", or not from who says it."""


class ClosedError(Exception):
    """The other end is gone."""


def pack(message: dict[str, Any]) -> bytes:
    body = json.dumps(message, separators=(",", ":")).encode("utf-8", "replace")
    return _LENGTH.pack(len(body)) + body


class Reader:
    """Cuts a byte stream into messages. word: what each has to hold as its "word", which is taken out."""

    def __init__(self, limit: int, word: str | None = None) -> None:
        self._limit = limit
        self._word = word
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """Every message that data completes. Raises MalformedError."""
        self._buffer += data
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > self._limit:
                raise MalformedError(f"a message of {length:,} bytes; at most {self._limit:,} are allowed")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            message = _parse(body)
            if self._word is not None and message.pop("word", None) != self._word:
                raise MalformedError("a message without the line's word")
            yield message


def _parse(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"not JSON: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise MalformedError("not an object with a type")
    return found


class Line:
    """One end of a line, blocking: for the learner's and the checker's processes."""

    def __init__(self, sock: socket.socket, limit: int = TRUSTED) -> None:
        self._sock = sock
        self._reader = Reader(limit)
        self._ready: list[dict[str, Any]] = []
        self.word: str | None = None
        """What the other end expects in each message, if it does."""

    def send(self, message: dict[str, Any]) -> None:
        """Raises ClosedError."""
        if self.word is not None:
            message = {**message, "word": self.word}
        try:
            self._sock.sendall(pack(message))
        except OSError as error:
            raise ClosedError(str(error)) from None

    def receive(self) -> dict[str, Any]:
        """The next message. Raises ClosedError at the end of the stream."""
        while not self._ready:
            try:
                data = self._sock.recv(65536)
            except OSError as error:
                raise ClosedError(str(error)) from None
            if not data:
                raise ClosedError("the other end has closed")
            self._ready.extend(self._reader.feed(data))
        return self._ready.pop(0)

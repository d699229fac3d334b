"""Taking in what a learner's processes print: in order, decoded, cut at the limit."""

import codecs
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.guest import streams
from sandbox.guest.loop import Loop
from sandbox.guest.streams import Stream

_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Piece:
    """Some output, decoded: what was not UTF-8 has become U+FFFD."""

    stream: Stream
    thread: str | None
    text: str


@dataclass
class Listener:
    """Who wants to know."""

    on_output: Callable[[Piece], None]
    on_cut: Callable[[], None]
    """Called once, after the last output, when the limit is reached."""


class Capture:
    """The reading ends of a process's channel (records of guest/streams.py) and of its descriptors 1 and 2."""

    def __init__(self, loop: Loop, limit_bytes: int, listener: Listener, *, channel: int, out: int, err: int) -> None:
        self._loop = loop
        self._limit = limit_bytes
        self._listener = listener
        self._decoders: list[tuple[Stream, codecs.IncrementalDecoder]] = []
        self._printed: list[Piece] = []
        self._held = False
        self.output_bytes = 0
        """What was printed, including what was cut off."""
        self.cut = False
        self.malformed = False
        """Whether something else than a record came through the channel."""
        self._readers = {
            channel: self._records_reader(),
            out: self._bytes_reader("stdout"),
            err: self._bytes_reader("stderr"),
        }
        for descriptor in self._readers:
            os.set_blocking(descriptor, False)
            self._watch(descriptor)

    def _watch(self, descriptor: int) -> None:
        def read() -> None:
            self._read(descriptor)

        self._loop.watch(descriptor, read=None if self._held else read)

    def hold(self, held: bool) -> None:
        """While held, nothing is read, and the program waits once its pipes are full."""
        if held != self._held:
            self._held = held
            for descriptor in self._readers:
                self._watch(descriptor)

    def take(self) -> list[Piece]:
        """What has been printed since the last time, up to this moment."""
        self.drain()
        printed, self._printed = self._printed, []
        return printed

    def drain(self) -> None:
        for descriptor in list(self._readers):
            while descriptor in self._readers and not self.cut and self._read(descriptor):
                pass

    def close(self) -> None:
        """No more is coming."""
        if not self.cut:
            self.drain()
        for stream, decoder in self._decoders:
            self._give(Piece(stream, None, decoder.decode(b"", final=True)))
        for descriptor in list(self._readers):
            self._close(descriptor)

    def _close(self, descriptor: int) -> None:
        self._loop.watch(descriptor)
        del self._readers[descriptor]
        os.close(descriptor)

    def _read(self, descriptor: int) -> bool:
        """Takes in one chunk. False: there is nothing (more) to read now."""
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._close(descriptor)
            return False
        self._readers[descriptor](data)
        return True

    def _decoder(self, stream: Stream) -> codecs.IncrementalDecoder:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._decoders.append((stream, decoder))
        return decoder

    def _bytes_reader(self, stream: Stream) -> Callable[[bytes], None]:
        decoder = self._decoder(stream)
        return lambda data: self._take_in(stream, None, data, decoder)

    def _records_reader(self) -> Callable[[bytes], None]:
        buffer = bytearray()
        decoders = {"stdout": self._decoder("stdout"), "stderr": self._decoder("stderr")}

        def read(data: bytes) -> None:
            buffer.extend(data)
            try:
                for stream, thread, piece in _merged(streams.records(buffer)):
                    self._take_in(stream, thread, piece, decoders[stream])
            except streams.MalformedRecordError:
                buffer.clear()
                self.malformed = True

        return read

    def _take_in(self, stream: Stream, thread: str | None, data: bytes, decoder: codecs.IncrementalDecoder) -> None:
        room = self._limit - self.output_bytes
        self.output_bytes += len(data)
        if self.cut:
            return
        self.cut = len(data) > room
        self._give(Piece(stream, thread, decoder.decode(data[: max(0, room)], final=self.cut)))
        if self.cut:
            self._listener.on_cut()

    def _give(self, piece: Piece) -> None:
        if piece.text:
            self._printed.append(piece)
            self._listener.on_output(piece)


def _merged(found: Iterator[streams.Record]) -> Iterator[tuple[Stream, str | None, bytes]]:
    """Neighbouring records of one thread and stream as one."""
    pending: tuple[Stream, str | None] | None = None
    data = bytearray()
    for record in found:
        if pending is not None and pending != (record.stream, record.thread):
            yield (*pending, bytes(data))
            data.clear()
        pending = (record.stream, record.thread)
        data += record.data
    if pending is not None:
        yield (*pending, bytes(data))

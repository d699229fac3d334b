"""Standard output and input of an execution: captured, with the thread that wrote each piece."""

import builtins
import io
import sys
from typing import Any

from sandbox.explorer.world import Ending, W

OUTPUT_LIMIT = 1_000_000
"""Characters one execution may print."""


def emit(text: str, is_error: bool) -> None:
    """Append to the output of the execution that runs."""
    if W.aborting or not W.running:
        return
    W.output.append((W.current.tid, text, is_error))
    W.output_size += len(text)
    W.current.turns = 0
    if W.tracer is not None:
        W.tracer.printed(text)
    if W.output_size > OUTPUT_LIMIT:
        W.end(Ending.OUTPUT_LIMIT)


class GuestStream(io.TextIOBase):
    """sys.stdout or sys.stderr of the learner's program."""

    def __init__(self, is_error: bool) -> None:
        self._is_error = is_error
        self.name = "<stderr>" if is_error else "<stdout>"
        self.buffer = _Bytes(self)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not self._is_error:
            W.point(None, "output", -12)
        if text:
            emit(text, self._is_error)
        return len(text)


class _Bytes(io.RawIOBase):
    def __init__(self, stream: GuestStream) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._stream.write(bytes(data).decode("utf-8", "replace"))
        return len(data)


STDOUT = GuestStream(is_error=False)
STDERR = GuestStream(is_error=True)


def guest_print(
    *values: Any, sep: str | None = " ", end: str | None = "\n", file: Any = None, flush: bool = False
) -> None:
    """print(), of which one call is one step."""
    if file is not None and file is not STDOUT:
        builtins.print(*values, sep=sep, end=end, file=file, flush=flush)
        return
    if sys.stdout is not STDOUT:
        builtins.print(*values, sep=sep, end=end, flush=flush)
        return
    if sep is not None and not isinstance(sep, str):
        raise TypeError(f"sep must be None or a string, not {type(sep).__name__}")
    if end is not None and not isinstance(end, str):
        raise TypeError(f"end must be None or a string, not {type(end).__name__}")
    text = (" " if sep is None else sep).join([str(value) for value in values]) + ("\n" if end is None else end)
    W.point(None, "output", -12)
    if text:
        emit(text, is_error=False)


def guest_input(prompt: str = "") -> str:
    """input(): there is nobody who types, only what the exploration was given."""
    if prompt:
        guest_print(prompt, end="")
    line = sys.stdin.readline()
    if not line:
        raise EOFError("EOF when reading a line")
    return line.rstrip("\n")

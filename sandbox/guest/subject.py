"""One process of the learner's, from its fork to its end, and everything that descends from it.

The supervisor's side: gives it its descriptors, takes in what it prints, measures what it uses, ends it at the first
limit it meets, and makes sure that nothing of it is left.
"""

import codecs
import contextlib
import json
import math
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from lockstep.limits import MIB, Limits
from sandbox.guest import look, processes, stacks, streams
from sandbox.guest.loop import Loop, Peer, Reaper
from sandbox.guest.meter import Meter
from sandbox.guest.users import Users
from sandbox.guest.wire import FROM_LEARNER
from sandbox.guest.zygote import Zygote
from sandbox.protocol import Frame, Measured, ThreadStack

Limit = Literal["wall", "cpu", "memory", "processes", "output", "deadlock"]

_CHUNK = 65536
_TICK = 0.02
_IDLE_CPU = 0.004
"""CPU seconds in _IDLE_SECONDS below which a program counts as idle."""
_IDLE_SECONDS = 0.5
_PROCESS_GRACE = 0.5
"""Seconds that a program which has met the limit on processes gets to say so and end by itself."""
_LEFT_GRACE = 0.2
_ANSWER_SECONDS = 0.5
_KILL_SECONDS = 10.0
_OPEN_FILES = 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """Some output, decoded."""

    stream: Literal["stdout", "stderr"]
    thread: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Yard:
    """What all learner's processes of a sandbox share."""

    loop: Loop
    reaper: Reaper
    zygote: Zygote
    users: Users | None
    meter: Meter


class SandboxBrokenError(Exception):
    """Something of ours does not work; never the learner's fault."""


class Subject:
    """One learner's process. poll() until ended, then finish()."""

    def __init__(self, yard: Yard, limits: Limits, folder: str, stdin: str, on_output: Callable[[Piece], None]) -> None:
        self._yard = yard
        self._limits = limits
        self._on_output = on_output
        self.on_cut: Callable[[], None] = lambda: None
        """Called once, after the last output, when the limit on output is reached."""
        self.limit: Limit | None = None
        self.malformed = False
        self.stacks: list[ThreadStack] = []
        self.printed: list[Piece] = []
        """What has been printed since the last take_printed()."""
        self._output_bytes = 0
        self.cut = False
        self._left = 0
        self._source_lines: list[str] = []
        yard.meter.mark()
        yard.reaper.on_end = self._on_end
        self._pid = 0
        self._stdin: int | None = None
        self._open(folder, stdin)
        self._started = time.monotonic()
        self._paused_at: float | None = None
        self._paused = 0.0
        self._ended_at = 0.0
        self._over_processes: float | None = None
        self._idle_since = self._started
        self._idle_cpu = 0.0
        self._alarm = False

    # -------------------------------------------------------------------------------------------- beginning

    def _open(self, folder: str, stdin: str) -> None:
        stdin_read, stdin_write = os.pipe()
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        channel_read, channel_write = os.pipe()
        self._answers, answers_write = os.pipe()
        ours, theirs = socket.socketpair()
        given = [stdin_read, out_write, err_write, channel_write, theirs.fileno(), answers_write]
        try:
            self._pid = self._yard.zygote.fork("learner", given, rlimits=self._rlimits(), folder=folder)
        except OSError as error:
            raise SandboxBrokenError(f"no process for the program: {error}") from None
        finally:
            for descriptor in given[:4]:
                os.close(descriptor)
            os.close(answers_write)
            theirs.close()
        self.peer = Peer(self._yard.loop, ours.detach(), FROM_LEARNER)
        self._readers = {
            channel_read: self._records_reader(),
            out_read: self._bytes_reader("stdout"),
            err_read: self._bytes_reader("stderr"),
        }
        for descriptor in (*self._readers, self._answers, stdin_write):
            os.set_blocking(descriptor, False)
        for descriptor in self._readers:
            self._watch(descriptor)
        self._feed_stdin(stdin_write, stdin.encode("utf-8", "replace"))

    def _rlimits(self) -> dict[str, int]:
        limits = self._limits
        wanted = {
            "CORE": 0,
            "CPU": math.ceil(limits.cpu_seconds) + 2,
            "FSIZE": limits.file_mib * MIB,
            "NOFILE": _OPEN_FILES,
        }
        if self._yard.users is not None:
            # one more than is allowed, so that going over the limit can be seen; with only one user the count
            # would be of everything that user runs
            wanted["NPROC"] = limits.processes + 1
        return wanted

    def tell(self, message: dict[str, Any]) -> None:
        if message.get("source"):
            self._source_lines = message["source"].splitlines()
        if not self.peer.closed:
            self.peer.send(message)

    def _feed_stdin(self, descriptor: int, data: bytes) -> None:
        rest = bytearray(data)

        def write() -> None:
            try:
                while rest:
                    del rest[: os.write(descriptor, rest[:_CHUNK])]
            except BlockingIOError:
                self._yard.loop.watch(descriptor, write=write)
                return
            except OSError:
                rest.clear()
            self._yard.loop.watch(descriptor)
            os.close(descriptor)
            self._stdin = None

        self._stdin = descriptor
        write()

    # ----------------------------------------------------------------------------------------------- output

    def _watch(self, descriptor: int, wanted: bool = True) -> None:
        def read() -> None:
            self._read(descriptor)

        self._yard.loop.watch(descriptor, read=read if wanted else None)

    def hold_output(self, held: bool) -> None:
        """While held, the program's output is not read, and the program waits once its pipes are full."""
        for descriptor in self._readers:
            self._watch(descriptor, not held)

    def _read(self, descriptor: int) -> bool:
        """Takes in one chunk. False: there is nothing (more) to read now."""
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._close_reader(descriptor)
            return False
        self._readers[descriptor](data)
        return True

    def _close_reader(self, descriptor: int) -> None:
        self._yard.loop.watch(descriptor)
        del self._readers[descriptor]
        os.close(descriptor)

    def _drain(self) -> None:
        for descriptor in list(self._readers):
            while descriptor in self._readers and not self.cut and self._read(descriptor):
                pass

    def _bytes_reader(self, stream: Literal["stdout", "stderr"]) -> Callable[[bytes], None]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        return lambda data: self._take(stream, None, data, decoder)

    def _records_reader(self) -> Callable[[bytes], None]:
        buffer = bytearray()
        decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in ("stdout", "stderr")}

        def read(data: bytes) -> None:
            buffer.extend(data)
            try:
                for stream, thread, piece in _merged(streams.records(buffer)):
                    self._take(stream, thread, piece, decoders[stream])
            except streams.MalformedRecordError:
                buffer.clear()
                self.malformed = True

        return read

    def _take(
        self, stream: Literal["stdout", "stderr"], thread: str | None, data: bytes, decoder: codecs.IncrementalDecoder
    ) -> None:
        room = self._limits.output_bytes - self._output_bytes
        self._output_bytes += len(data)
        if self.cut:
            return
        if len(data) > room:
            self.cut = True
            data = data[:room]
        text = decoder.decode(data, final=self.cut)
        if text:
            piece = Piece(stream, thread, text)
            self.printed.append(piece)
            self._on_output(piece)
        if self.cut:
            self.on_cut()

    def take_printed(self) -> list[Piece]:
        """What has been printed since the last time, up to what the process did before its last message."""
        self._drain()
        printed, self.printed = self.printed, []
        return printed

    # --------------------------------------------------------------------------------------------- watching

    @property
    def ended(self) -> bool:
        """Whether the main process has ended or must end now."""
        return self._pid in self._yard.reaper.ended or self.limit is not None or self.malformed or self.peer.malformed

    def poll(self) -> None:
        """One turn: whatever has happened, and the limits."""
        self._yard.loop.poll(_TICK)
        self._check_limits()

    def pause(self) -> None:
        """The wall clock stands while the program waits for us."""
        if self._paused_at is None:
            self._paused_at = time.monotonic()

    def resume(self) -> None:
        if self._paused_at is not None:
            self._paused += time.monotonic() - self._paused_at
            self._paused_at = None
            self._be_busy()

    def wall_seconds(self) -> float:
        now = self._paused_at or self._ended_at or time.monotonic()
        return now - self._started - self._paused

    def _check_limits(self) -> None:
        meter, limits = self._yard.meter, self._limits
        meter.sample()
        if self.limit is not None or self._pid in self._yard.reaper.ended:
            return
        if self.cut:
            self.limit = "output"
        elif meter.memory_kills() or meter.memory_bytes() > limits.memory_mib * MIB:
            self.limit = "memory"
        elif meter.cpu_seconds() > limits.cpu_seconds:
            self._stop_at("cpu")
        elif self.wall_seconds() > limits.wall_seconds:
            self._stop_at("wall")
        elif self._too_many_processes():
            self.limit = "processes"
        else:
            self._check_idle()

    def _too_many_processes(self) -> bool:
        if self._over_processes is None:
            if self._yard.meter.processes_peak() > self._limits.processes:
                self._over_processes = time.monotonic()
            return False
        return time.monotonic() - self._over_processes > _PROCESS_GRACE

    def _be_busy(self) -> None:
        self._idle_since, self._idle_cpu = time.monotonic(), self._yard.meter.cpu_seconds()

    def _check_idle(self) -> None:
        """Where nothing has used the CPU for a while, looks whether anything ever can again."""
        if self._yard.meter.cpu_seconds() - self._idle_cpu > _IDLE_CPU or self._paused_at is not None:
            self._be_busy()
        elif time.monotonic() - self._idle_since > _IDLE_SECONDS:
            found = self._look()
            if self._deadlocked(found):
                self._ask_stacks(found)
                self.limit = None if self._alarm else "deadlock"
            self._be_busy()

    def _stop_at(self, limit: Limit) -> None:
        found = self._look()
        dead = limit == "wall" and self._deadlocked(found)
        self._ask_stacks(found)
        self.limit = "deadlock" if dead and not self._alarm else limit

    # --------------------------------------------------------------------------------------- looking closer

    def _look(self) -> list[look.ThreadLook]:
        """What every thread is blocked on; empty where it cannot be seen."""
        read_from, write_to = os.pipe()
        os.set_blocking(read_from, False)
        try:
            self._yard.zygote.fork("look", [write_to], pids=[each.pid for each in self._living()])
        except OSError:
            os.close(read_from)
            return []
        finally:
            os.close(write_to)
        data = self._collect(read_from, lambda got: len(got) > 4 and stacks.complete(got))
        os.close(read_from)
        try:
            return [look.ThreadLook(**each) for each in json.loads(data[4:])]
        except (ValueError, TypeError):
            return []

    def _deadlocked(self, first: list[look.ThreadLook]) -> bool:
        """Whether every thread waits, with no time limit, for what only another of them could do.

        A wait for a child counts, because all processes are looked at. Two looks that agree, switches included, are
        one moment in which nothing ran.
        """
        if not first or any(each.waits_for not in ("lock", "process") for each in first):
            return False
        return self._look() == first

    def _ask_stacks(self, found: list[look.ThreadLook]) -> None:
        waits = {each.tid: each.waits_for for each in found}
        self._signal(stacks.ASK)
        answer = self._collect(self._answers, stacks.complete)
        if stacks.complete(answer):
            threads, self._alarm = stacks.parse(answer)
            self.stacks = [_stack(name, waits.get(tid or 0, "unknown"), frames) for tid, name, frames in threads]
        if not self.stacks:
            self._signal(stacks.ASK_HARD)
            text = self._collect(self._answers, lambda _: False, quiet=0.1).decode("utf-8", "replace")
            self.stacks = [
                _stack(name, "nothing" if current else "unknown", frames)
                for current, name, frames in stacks.parse_faulthandler(text, self._source_lines)
            ]

    def _collect(self, descriptor: int, enough: Callable[[bytes], bool], quiet: float = _ANSWER_SECONDS) -> bytes:
        """Reads until there is enough, or nothing more has come for quiet seconds."""
        got = bytearray()
        begun = last = time.monotonic()
        while not enough(bytes(got)) and len(got) <= stacks.ANSWER_BYTES + 4:
            now = time.monotonic()
            if now - last > (quiet if got else _ANSWER_SECONDS) or now - begun > 2 * _ANSWER_SECONDS:
                break
            try:
                data = os.read(descriptor, _CHUNK)
            except BlockingIOError:
                self._yard.loop.poll(0.005)
                continue
            if not data:
                break
            got += data
            last = now
        return bytes(got)

    def _signal(self, number: int) -> None:
        if self._pid not in self._yard.reaper.ended:
            try:
                os.kill(self._pid, number)
            except ProcessLookupError:
                return

    # ---------------------------------------------------------------------------------------------- the end

    def living(self) -> int:
        """How many processes there are besides the main one."""
        return sum(each.pid != self._pid for each in self._living())

    def _living(self) -> list[processes.Process]:
        user = self._yard.users.learner if self._yard.users else None
        return processes.learners(user, self._yard.meter.ours)

    def _on_end(self, pid: int, cpu_seconds: float) -> None:
        if pid not in self._yard.meter.ours:
            self._yard.meter.reaped(pid, cpu_seconds)

    def finish(self) -> Measured:
        """Ends whatever still runs and says what was used. The sandbox is then as it was before."""
        self._yard.meter.sample()
        by_itself = self._pid in self._yard.reaper.ended
        self._ended_at = self._paused_at or time.monotonic()
        if by_itself and self.limit is None:
            self._left = self._wait_for_left()
            if self._yard.meter.memory_kills():
                self.limit = "memory"
        self._kill()
        self._drain()
        if self.limit is None and self.cut:
            self.limit = "output"
        if self.limit is None and self._yard.meter.processes_peak() > self._limits.processes:
            self.limit = "processes"
        measured = self._measured()
        self._close()
        return measured

    def _wait_for_left(self) -> int:
        deadline = time.monotonic() + _LEFT_GRACE
        while left := self.living():
            if time.monotonic() > deadline:
                return left
            self._yard.loop.poll(0.01)
        return 0

    def _kill(self) -> None:
        deadline = time.monotonic() + _KILL_SECONDS
        while self._living() or self._pid not in self._yard.reaper.ended:
            if time.monotonic() > deadline:
                raise SandboxBrokenError("processes of the program cannot be killed")
            if self._yard.users is not None:
                with contextlib.suppress(OSError):  # no room for one more process: the loop below makes some
                    self._yard.zygote.fork("kill", [])
            for each in self._living():
                try:
                    os.kill(each.pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            self._yard.loop.poll(0.005)
            self._yard.reaper.reap()

    def _measured(self) -> Measured:
        status = self._yard.reaper.ended.pop(self._pid)
        meter = self._yard.meter
        return Measured(
            wall_seconds=round(self.wall_seconds(), 6),
            cpu_seconds=round(meter.cpu_seconds(), 6),
            memory_peak_bytes=meter.memory_peak_bytes(),
            processes_peak=meter.processes_peak(),
            output_bytes=self._output_bytes,
            limit=self.limit,
            exit_code=os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            stacks=self.stacks,
            left_processes=self._left,
        )

    def _close(self) -> None:
        self.peer.close()
        for descriptor in list(self._readers):
            self._close_reader(descriptor)
        os.close(self._answers)
        if self._stdin is not None:
            self._yard.loop.watch(self._stdin)
            os.close(self._stdin)


def _stack(name: str, waits_for: str, frames: list[Frame]) -> ThreadStack:
    known: Any = {"timed": "sleep"}.get(waits_for, waits_for)
    return ThreadStack(name=name, waits_for=known, frames=frames)


def _merged(
    found: Iterator[streams.Record],
) -> Iterator[tuple[Literal["stdout", "stderr"], str | None, bytes]]:
    """Neighbouring records of one thread and stream as one."""
    pending: tuple[Any, str | None] | None = None
    data = bytearray()
    for record in found:
        if pending is not None and pending != (record.stream, record.thread):
            yield (*pending, bytes(data))
            data.clear()
        pending = (record.stream, record.thread)
        data += record.data
    if pending is not None:
        yield (*pending, bytes(data))

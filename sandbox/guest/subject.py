"""One process of the learner's, from its fork to its end, and everything that descends from it.

The supervisor's side: gives it its descriptors, takes in what it prints, measures what it uses, ends it at the first
limit it meets, and makes sure that nothing of it is left.
"""

import contextlib
import math
import os
import signal
import socket
import time
from resource import struct_rusage
from typing import Any, Literal

from lockstep.limits import MIB, Limits
from sandbox.guest import processes
from sandbox.guest.capture import Capture, Listener
from sandbox.guest.diagnosis import Diagnosis
from sandbox.guest.loop import Peer
from sandbox.guest.wire import FROM_LEARNER
from sandbox.guest.yard import Yard
from sandbox.protocol import Measured

Limit = Literal["wall", "cpu", "memory", "processes", "output", "deadlock"]

_CHUNK = 65536
_TICK = 0.02
_IDLE_CPU = 0.004
"""CPU seconds in _IDLE_SECONDS below which a program counts as idle."""
_IDLE_SECONDS = 0.5
_PROCESS_GRACE = 0.5
"""Seconds that a program which has met the limit on processes gets to say so and end by itself."""
_LEFT_GRACE = 0.2
_KILL_SECONDS = 10.0
_OPEN_FILES = 1024


class SandboxBrokenError(Exception):
    """Something of ours does not work; never the learner's fault."""


class Subject:
    """One learner's process. poll() until ended, then finish()."""

    def __init__(self, yard: Yard, limits: Limits, folder: str, stdin: str, listener: Listener) -> None:
        self._yard = yard
        self._limits = limits
        self.limit: Limit | None = None
        self.ready = False
        """Whether it has said that it is ready for a test, which it does before it runs any of the program."""
        self.violation: dict[str, Any] | None = None
        """The rule that it says it has broken."""
        self._left = 0
        self._source_lines: list[str] = []
        yard.meter.mark()
        yard.reaper.on_end = self._on_end
        self._pid = 0
        self._stdin: int | None = None
        self._open(folder, stdin, listener)
        self._started = time.monotonic()
        self._paused_at: float | None = None
        self._paused = 0.0
        self._ended_at = 0.0
        self._over_processes: float | None = None
        self._idle_since = self._started
        self._idle_cpu = 0.0

    # -------------------------------------------------------------------------------------------- beginning

    def _open(self, folder: str, stdin: str, listener: Listener) -> None:
        stdin_read, stdin_write = os.pipe()
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        channel_read, channel_write = os.pipe()
        answers_read, answers_write = os.pipe()
        ours, theirs = socket.socketpair()
        given = [stdin_read, out_write, err_write, channel_write, theirs.fileno(), answers_write]
        try:
            with self._yard.meter.apart():
                self._pid = self._yard.zygote.fork("learner", given, rlimits=self._rlimits(), folder=folder)
        except OSError as error:
            raise SandboxBrokenError(f"no process for the program: {error}") from None
        finally:
            for descriptor in given[:4]:
                os.close(descriptor)
            os.close(answers_write)
            theirs.close()
        word = os.urandom(16).hex()  # secrets would load a library of ciphers, 5 ms of each start
        self.peer = Peer(self._yard.loop, ours.detach(), FROM_LEARNER, word)
        self.peer.send({"type": "word", "word": word})
        limit, loop = self._limits.output_bytes, self._yard.loop
        self.capture = Capture(loop, limit, listener, channel=channel_read, out=out_read, err=err_read)
        self._diagnosis = Diagnosis(self._yard, answers_read, lambda: [each.pid for each in self._living()])
        os.set_blocking(stdin_write, False)
        self._feed_stdin(stdin_write, stdin.encode("utf-8", "replace"))

    def _rlimits(self) -> dict[str, int]:
        limits = self._limits
        wanted = {
            "CORE": 0,
            "CPU": math.ceil(limits.cpu_seconds) + 2,
            "FSIZE": limits.file_mib * MIB,
            "NOFILE": _OPEN_FILES,
            "MSGQUEUE": 0,
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

    # --------------------------------------------------------------------------------------------- watching

    @property
    def ended(self) -> bool:
        """Whether the main process has ended or must end now."""
        return self._pid in self._yard.reaper.ended or self.limit is not None or self.malformed

    @property
    def malformed(self) -> bool:
        """Whether the program wrote what it may not to a descriptor of ours."""
        return self.capture.malformed or self.peer.malformed

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
        if self.capture.cut:
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
            found = self._diagnosis.look()
            if self._diagnosis.deadlocked(found):
                self._diagnosis.ask(found, self._signal, self._source_lines)
                self.limit = None if self._diagnosis.alarm else "deadlock"
            self._be_busy()

    def _stop_at(self, limit: Limit) -> None:
        found = self._diagnosis.look()
        dead = limit == "wall" and self._diagnosis.deadlocked(found)
        self._diagnosis.ask(found, self._signal, self._source_lines)
        self.limit = "deadlock" if dead and not self._diagnosis.alarm else limit

    def _signal(self, number: int) -> None:
        if self._pid not in self._yard.reaper.ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)

    # ---------------------------------------------------------------------------------------------- the end

    def living(self) -> int:
        """How many processes there are besides the main one."""
        return sum(each.pid != self._pid for each in self._living())

    def _living(self) -> list[processes.Process]:
        user = self._yard.users.learner if self._yard.users else None
        return processes.learners(user, self._yard.meter.ours)

    def _on_end(self, pid: int, usage: struct_rusage) -> None:
        if pid not in self._yard.meter.ours:
            self._yard.meter.reaped(pid, usage)

    def finish(self) -> Measured:
        """Ends whatever still runs and says what was used. The sandbox is then as it was before."""
        self._yard.meter.sample()
        by_itself = self._pid in self._yard.reaper.ended
        self._ended_at = self._paused_at or time.monotonic()
        if by_itself and self.limit is None:
            self._left = self._wait_for_left()
            if self._yard.meter.memory_kills():
                self.limit = "memory"
        with self._yard.meter.apart():
            self._kill()
        self.capture.close()
        if self.limit is None and self.capture.cut:
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
        ended = self._yard.reaper.ended
        killer: int | None = None
        tried = False
        # A killer that comes late would kill what has the learner's user next: wait for it.
        while self._living() or self._pid not in ended or (killer is not None and killer not in ended):
            if time.monotonic() > deadline:
                raise SandboxBrokenError("processes of the program cannot be killed")
            # One by one is quick; what makes new ones meanwhile takes somebody who kills all at once.
            if tried and self._yard.users is not None and (killer is None or killer in ended):
                with contextlib.suppress(OSError):  # no room for one more process: the loop below makes some
                    killer = self._yard.zygote.fork("kill", [])
            tried = True
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
            output_bytes=self.capture.output_bytes,
            limit=self.limit,
            exit_code=os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            stacks=self._diagnosis.stacks if self.limit in ("wall", "cpu", "deadlock") else [],
            left_processes=self._left,
        )

    def _close(self) -> None:
        self.peer.close()
        self._diagnosis.close()
        if self._stdin is not None:
            self._yard.loop.watch(self._stdin)
            os.close(self._stdin)

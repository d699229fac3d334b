"""The processes that one `manage.py up` starts, watches and stops.

They live in sessions of their own, so that the terminal's Ctrl-C reaches `up` alone, which stops them in order. On
Linux the kernel ends them when `up` is killed. All of it happens in one thread: PR_SET_PDEATHSIG is about the thread
that forked, and preexec_fn is safe only without others.
"""

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_TAIL = 8
_DEATHS_WITHIN = 60.0
_MOST_DEATHS = 3
_STARTED_AFTER = 10.0

Say = Callable[[str, str], None]
"""Takes a child's name and one line of it."""


class ChildFailedError(Exception):
    """A child that cannot be kept running; the message has its last lines."""


def die_with_parent(parent: int, with_signal: int = signal.SIGKILL) -> None:
    """Has the kernel send this process a signal once its parent, which must be the given one, has ended (Linux)."""
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(with_signal))
    if os.getppid() != parent:
        os.kill(os.getpid(), with_signal)


class Child:
    """One child process: its output line by line, its restarts, its end."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        say: Say,
        *,
        environment: Mapping[str, str] | None = None,
        grace: float = 5.0,
        orphaned: signal.Signals = signal.SIGKILL,
        log: Path | None = None,
    ) -> None:
        """grace is in seconds, from SIGTERM to SIGKILL; orphaned is what it gets when `up` dies; log is where it
        writes what it does not print."""
        self.name = name
        self.grace = grace
        self._command = list(command)
        self._environment = {**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}
        self._say = say
        self._orphaned = orphaned
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._deaths: deque[float] = deque(maxlen=_MOST_DEATHS)
        self._rest = b""
        self._tail: deque[str] = deque(maxlen=_TAIL)

    def start(self, selector: selectors.BaseSelector) -> None:
        """Starts it, and has the selector watch its output (stdout and stderr together)."""
        parent = os.getpid()
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            env=self._environment,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(parent, self._orphaned),  # noqa: PLW1509  (one thread: see the module)
        )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        selector.register(self._process.stdout, selectors.EVENT_READ, self)

    def pump(self, output: IO[bytes], selector: selectors.BaseSelector) -> None:
        """Passes on the whole lines that it has printed; at the end of its output, what is left."""
        data = output.read(65536)
        if data is None:
            return
        if not data:
            selector.unregister(output)
            output.close()
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data and self._rest:
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            text = line.decode("utf-8", "replace").rstrip()
            self._tail.append(text)
            self._say(self.name, text)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def keep(self, selector: selectors.BaseSelector) -> None:
        """Starts it again if it has ended.

        Raises ChildFailedError where that is no use: it gave up by itself right after its start, or it has ended
        too often within a minute.
        """
        if self.alive:
            return
        assert self._process is not None
        now = time.monotonic()
        how = self._how_it_ended()
        self._deaths.append(now)
        too_often = len(self._deaths) == _MOST_DEATHS and now - self._deaths[0] < _DEATHS_WITHIN
        never_ran = self._process.returncode >= 0 and now - self._started < _STARTED_AFTER
        if too_often or never_ran:
            last = "\n".join(f"    {line}" for line in self._last_lines())
            again = " again and again" if too_often else ""
            raise ChildFailedError(f"{self.name} {how}{again}. Its last lines:\n{last}")
        self._say(self.name, f"{how}; starting it again")
        self.start(selector)

    def stop(self, *, hurry: Callable[[], bool], drain: Callable[[float], None]) -> None:
        """SIGTERM, and SIGKILL once the grace is over or hurry() says so; drain(seconds) passes output on meanwhile."""
        process = self._process
        if process is None:
            return
        deadline = time.monotonic() + self.grace
        if process.poll() is None:
            process.terminate()
        while process.poll() is None and time.monotonic() < deadline and not hurry():
            drain(0.05)
        # The whole session's group: what a child left behind goes with it.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        drain(0)

    def _last_lines(self) -> list[str]:
        logged = self._log.read_text(errors="replace").splitlines() if self._log and self._log.exists() else []
        return [*logged[-_TAIL:], *self._tail] or ["(it printed nothing)"]

    def _how_it_ended(self) -> str:
        assert self._process is not None
        code = self._process.returncode
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

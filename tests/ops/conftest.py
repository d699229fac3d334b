"""A whole Lockstep, started as people start it, in a data folder and on a port of its own."""

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0
"""Seconds until a state that is waited for counts as never reached."""


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Waits for a state. Fails with its name where it does not come."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never seen: {what}"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Instance:
    """One `manage.py up` (or another command that does it), what it prints, and the processes it has."""

    def __init__(self, var: Path, port: int, command: list[str], **environment: str) -> None:
        self.var, self.port = var, port
        self.output: list[str] = []
        inherited = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**inherited, "LOCKSTEP_VAR": str(var), "PORT": str(port), "SANDBOX": "local", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def until(self, pattern: str) -> "re.Match[str]":
        """Waits for a line that holds the pattern."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line with {pattern!r} in:\n{''.join(self.output)}") from None
            assert line is not None, f"ended without a line with {pattern!r}:\n{''.join(self.output)}"
            self.output.append(line)
            if found := re.search(pattern, line):
                return found

    def ready(self) -> "Instance":
        self.until(r"ready: http://127\.0\.0\.1:\d+/")
        return self

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            body: bytes = answer.read()
            return body.decode()

    def rest(self) -> str:
        """Waits for the end of it and gives all that it printed."""
        self.process.wait(timeout=PATIENCE)
        self._reader.join(timeout=PATIENCE)
        while (line := self._lines.get()) is not None:
            self.output.append(line)
        return "".join(self.output)

    def processes(self) -> dict[int, str]:
        """Everything alive that was started for this instance, whoever its parent is now: pid to command line."""
        mark = f"LOCKSTEP_VAR={self.var}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def child(self, part_of_command: str) -> int:
        """The process id of the child whose command line holds the text."""
        (pid,) = (pid for pid, command in self.processes().items() if part_of_command in command)
        return pid

    def leaves_nothing(self) -> None:
        """Fails where a process, the port or a socket is still there."""
        assert self.processes() == {}
        assert port_is_free(self.port)
        assert [path for path in self.var.rglob("*") if path.is_socket()] == []


Start = Callable[..., Instance]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts instances, of `manage.py up` where no other command is named, and kills what a failed test leaves."""
    begun: list[Instance] = []

    def begin(*command: str, var: Path = tmp_path / "var", port: int | None = None, **environment: str) -> Instance:
        given = list(command) or [sys.executable, "manage.py", "up"]
        begun.append(Instance(var, port or free_port(), given, **environment))
        return begun[-1]

    yield begin
    for instance in begun:
        if instance.process.poll() is None:
            instance.process.send_signal(signal.SIGTERM)
            try:
                instance.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                instance.process.kill()
        for pid in instance.processes():
            os.kill(pid, signal.SIGKILL)
        instance.rest()
        assert instance.process.stdout is not None
        instance.process.stdout.close()

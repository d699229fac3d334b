"""A whole Lockstep, started as people start it, in a data folder and on a port of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import docker
import pytest

from config.management.commands.up import engine_answers
from tests.waiting import wait_for

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "manage.py", "up", "--with-parent"]
PATIENCE = 60.0
"""Seconds until a state that is waited for counts as never reached."""


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Waits for a state. Fails with its name where it does not come."""
    wait_for(what, condition, PATIENCE)


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
        self._read_so_far = 0
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self.output.append(line)
                self._changed.notify_all()
        with self._changed:
            self.process.stdout.close()
            self._changed.notify_all()

    def until(self, pattern: str) -> "re.Match[str]":
        """Waits for a line that holds the pattern, after those of earlier calls."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + PATIENCE
        with self._changed:
            while True:
                for line in self.output[self._read_so_far :]:
                    self._read_so_far += 1
                    if found := re.search(pattern, line):
                        return found
                said = "".join(self.output)
                assert not self.process.stdout.closed, f"ended without a line with {pattern!r}:\n{said}"
                assert self._changed.wait(deadline - time.monotonic()), f"no line with {pattern!r} in:\n{said}"

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
        assert not self._reader.is_alive(), f"something still holds its output: {self.processes()}"
        return "".join(self.output)

    def stop(self) -> None:
        """Ends it, and by force what does not end by itself."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.rest()

    def processes(self) -> dict[int, str]:
        """Everything alive that was started for this instance, whoever its parent is now: pid to command line."""
        mark = f"LOCKSTEP_VAR={self.var}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                # Valkey writes its title over its environment; it works in the data folder.
                if (folder / "cwd").readlink().is_relative_to(self.var) or mark in (
                    (folder / "environ").read_bytes().split(b"\0")
                ):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def child(self, part_of_command: str) -> int | None:
        """The process id of the child whose command line holds the text, if there is one now."""
        return next((pid for pid, command in self.processes().items() if part_of_command in command), None)

    def answers(self) -> bool:
        """Whether the web process and what it needs answer."""
        try:
            return '"ready": true' in self.get("/readyz")
        except OSError:
            return False

    def leaves_nothing(self) -> None:
        """Fails where a process, the port or a socket is still there."""
        assert self.processes() == {}
        assert port_is_free(self.port)
        assert [path for path in self.var.rglob("*") if path.is_socket()] == []


Start = Callable[..., Instance]


@contextmanager
def starting(folder: Path) -> Iterator[Start]:
    """Starts instances, of `manage.py up` where no other command is named, and kills what a failed test leaves."""
    begun: list[Instance] = []

    def begin(*command: str, var: Path = folder / "var", port: int | None = None, **environment: str) -> Instance:
        begun.append(Instance(var, port or free_port(), list(command) or COMMAND, **environment))
        return begun[-1]

    yield begin
    for instance in begun:
        instance.stop()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with starting(tmp_path) as begin:
        yield begin


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """One that the tests of a module share."""
    with starting(tmp_path_factory.mktemp("running")) as begin:
        yield begin().ready()


@pytest.fixture(scope="session")
def engine() -> Iterator[docker.DockerClient]:
    """Docker's engine."""
    if not engine_answers():
        pytest.skip("no Docker engine answers")
    with closing(docker.from_env()) as client:
        yield client

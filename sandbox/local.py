"""Sandboxes on one's own machine, for where no Docker engine answers. Never for strangers' code.

The same supervisor as in a container, as a subprocess of the host's Python. As root, or where the kernel lets every
user make namespaces, it gets its own process ids, network, IPC and mounts; as root also three user ids of its own.
Whatever happens to this process, the supervisor sees the end of its standard input and ends everything.
"""

import compileall
import contextlib
import functools
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from lockstep.limits import Limits
from sandbox.conversation import Stream, StreamLease, unused_users
from sandbox.errors import SandboxUnavailableError
from sandbox.pool import Lease, Sandbox
from sandbox.turns import Waiting, wait_quietly

_ROOT = Path(__file__).resolve().parents[1]
_NAMESPACES = ["--pid", "--fork", "--kill-child", "--mount-proc", "--net", "--ipc"]
_END_SECONDS = 5.0


@functools.cache
def _compile() -> None:
    """Without compiled files every start would compile anew, because the supervisor writes none."""
    for name in ("lockstep", "sandbox"):
        compileall.compile_dir(_ROOT / name, quiet=2)


@functools.cache
def _unshare() -> list[str]:
    """The command that makes namespaces, or [] where they cannot be had."""
    for command in (
        ["unshare", *_NAMESPACES],
        ["unshare", "--user", "--map-current-user", "--keep-caps", *_NAMESPACES],
    ):
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            if not subprocess.run([*command, "true"], capture_output=True, timeout=10, check=False).returncode:
                return command
    return []


class LocalSandbox(Sandbox):
    """A supervisor as a subprocess for each lease."""

    kind = "local"

    def check(self) -> str:
        return f"local sandboxes (for your own code on your own machine only): {'; '.join(self.shortcomings())}"

    @staticmethod
    def shortcomings() -> list[str]:
        """What these sandboxes do not protect from, in words for the operator and the page."""
        found = [
            "a program can read every file that everybody may read",
            "memory is limited by looking, not by the kernel",
        ]
        if os.geteuid() != 0:
            found.append("a program runs as you, and can do to your files what you can")
            found.append("a program can read the tests of a challenge and end its own supervision")
        if not _unshare():
            found.append("a program can reach the network and signal your processes")
        return found

    def lease(self, limits: Limits, owner: str, waiting: Waiting = wait_quietly, learner: str = "") -> Lease:
        _compile()
        folder = Path(tempfile.mkdtemp(prefix="lockstep-sandbox-"))
        try:
            return _LocalLease(folder, limits)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def sweep(self, owner_lives: Callable[[str], bool]) -> int:
        """Nothing to do: a local sandbox ends with the process that holds it."""
        return 0


class _LocalLease(StreamLease):
    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        first_user = unused_users() if os.geteuid() == 0 else None
        try:
            self._process = subprocess.Popen(
                [*_unshare(), *_supervisor(folder, limits, first_user)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd="/",
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "PYTHONPATH": str(_ROOT),
                    "PYTHONHASHSEED": "0",
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "LANG": "C.UTF-8",
                    "TMPDIR": str(folder),
                },
                start_new_session=True,
                # `manage.py up` keeps its files to itself; here other users must read what the supervisor puts down.
                umask=0o022,
            )
        except OSError as error:
            raise SandboxUnavailableError(f"no local sandbox: {error}") from error
        self.id = f"local-{self._process.pid}"
        self._pipes = _Pipes(self._process)
        super().__init__(self._pipes, first_user)
        try:
            self.hello = self._conversation.hello()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        with self._once:
            if self._closed.is_set():
                return
            self._closed.set()
            self._pipes.end()
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(_END_SECONDS)
            self._pipes.close()
            shutil.rmtree(self._folder, ignore_errors=True)


def _supervisor(folder: Path, limits: Limits, first_user: int | None) -> list[str]:
    command = [sys.executable, "-sP", "-m", "sandbox.guest"]
    if first_user is None:
        return [*command, "--folder", str(folder / "work"), *(["--loopback"] if _unshare() else [])]
    command += ["--first-user", str(first_user)]
    if not _unshare():
        raise SandboxUnavailableError(
            "as root a local sandbox needs namespaces, and unshare does not work here: "
            "run as an ordinary user, or start a Docker engine"
        )
    return [
        *command,
        "--folder",
        "/tmp/work",  # noqa: S108
        "--loopback",
        "--private-mib",
        str(limits.file_mib),
        "--stash",
        str(folder),
    ]


class _Pipes(Stream):
    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._in, self._out, self._err = process.stdin, process.stdout, process.stderr
        self._wake_read, self._wake_write = os.pipe()
        for file in (self._in, self._out, self._err):
            os.set_blocking(file.fileno(), False)
        self._stderr = bytearray()
        self._ended = False
        self._in_use = threading.Lock()

    def send(self, data: bytes) -> None:
        with self._in_use:
            self._check()
            self._send(data)

    def receive(self, seconds: float) -> bytes | None:
        with self._in_use:
            self._check()
            return self._receive(seconds)

    def _check(self) -> None:
        if self._ended:
            raise OSError("closed")

    def _send(self, data: bytes) -> None:
        rest = memoryview(data)
        deadline = time.monotonic() + _END_SECONDS
        while rest:
            _, ready, _ = select.select([], [self._in], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("the supervisor does not read")
            rest = rest[os.write(self._in.fileno(), rest[:65536]) :]

    def _receive(self, seconds: float) -> bytes | None:
        deadline = time.monotonic() + seconds
        out, err = self._out.fileno(), self._err.fileno()
        wanted = [out, err, self._wake_read]
        while True:
            ready, _, _ = select.select(wanted, [], [], max(0.0, deadline - time.monotonic()))
            if self._wake_read in ready:
                raise OSError("closed from another thread")
            if err in ready and not self._take_error():
                wanted.remove(err)
            if out in ready:
                return os.read(out, 65536)
            if not ready:
                return None

    def _take_error(self) -> bool:
        said = os.read(self._err.fileno(), 65536)
        self._stderr += said
        del self._stderr[:-4096]
        return bool(said)

    def complaint(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            self._take_error()
        return self._stderr.decode("utf-8", "replace")

    def end(self) -> None:
        """Wakes whoever waits in receive(), and tells the supervisor that nobody is left.

        In this order: a descriptor that is closed under a waiting thread may be another's a moment later.
        """
        self._ended = True
        os.write(self._wake_write, b".")
        with self._in_use, contextlib.suppress(OSError):
            self._in.close()

    def close(self) -> None:
        with self._in_use:
            for file in (self._out, self._err):
                with contextlib.suppress(OSError):
                    file.close()
            os.close(self._wake_write)
            os.close(self._wake_read)

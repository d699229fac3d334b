"""One running Lockstep for one data folder, on one port: who holds them, in words."""

import fcntl
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Self, TextIO


class HeldError(Exception):
    """Somebody else holds the data folder or the port; the message says who and what to do."""


class InstanceLock:
    """The lock of a data folder, free as soon as its holder ends, however it ends. A context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        """Raises HeldError where another instance runs."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid, _, address = file.read().partition(" ")
            file.close()
            raise HeldError(
                f"Lockstep already runs on {self._path.parent}: process {pid or '?'}, {address.strip() or 'starting'}. "
                f"Stop it with Ctrl-C in its terminal or with: kill {pid or 'PID'}. "
                "For a second one beside it set LOCKSTEP_VAR to another folder and PORT to another port."
            ) from None
        self._file = file
        self.describe("")
        return self

    def describe(self, address: str) -> None:
        """Writes down who holds the lock, for those who find it held."""
        assert self._file is not None
        self._file.truncate(0)
        self._file.write(f"{os.getpid()} {address}\n")
        self._file.flush()

    def __exit__(self, *_: object) -> None:
        assert self._file is not None
        self._file.truncate(0)
        self._file.close()


def check_port(host: str, port: int) -> None:
    """Raises HeldError where the port cannot be bound, with the process that listens on it where it can be found."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the server does it: connections of an earlier one that are still closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            holder = _listener(port)
            by = f" by {holder}" if holder else ""
            raise HeldError(
                f"Port {port} on {host} is taken{by} ({error.strerror}). Use another one: PORT={port + 1} make run"
            ) from None


def _listener(port: int) -> str | None:
    """Such as "process 4711 (python -m http.server)", where /proc tells."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if any(os.readlink(descriptor) in inodes for descriptor in (process / "fd").iterdir()):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                return f"process {process.name} ({command[:80]})"
    return None

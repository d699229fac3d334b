"""A Docker engine of a test's own, which it may stop, kill and set up as it likes."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker
import pytest

from sandbox.image import ensure_image
from tests.waiting import wait_for

_TRIES = 3
"""On a machine with much to do an engine may give up waiting for its own containerd."""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may start a Docker engine of its own")


class Engine:
    """settings: as in the engine's daemon.json."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.url = f"unix://{folder}/engine.sock"
        self._log = folder / "log"
        config = folder / "daemon.json"
        config.write_text(json.dumps(settings))
        self._command = [
            # Without a network of its own it would remove the bridge of the machine's engine.
            *("unshare", "--net", "dockerd"),
            *("--data-root", str(folder / "data"), "--exec-root", str(folder / "exec"), "-p", str(folder / "pid")),
            *("-H", self.url, "--bridge=none", "--iptables=false", "--ip6tables=false", "--config-file", str(config)),
        ]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """As a service manager does it: one that ends instead of starting is started again."""
        for _ in range(_TRIES):
            with self._log.open("ab") as log:
                self.process = process = subprocess.Popen(self._command, stdout=log, stderr=log, start_new_session=True)
            wait_for("the engine", lambda it=process: it.poll() is not None or self._answers(), 120)  # type: ignore[misc]
            if process.poll() is None:
                return
        pytest.fail(f"the engine ends when it is started:\n{self._log.read_text()[-2000:]}")

    def _answers(self) -> bool:
        return subprocess.run(["docker", "-H", self.url, "version"], capture_output=True, check=False).returncode == 0

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process:
            self.process.send_signal(number)
            self.process.wait(60)
            self.process = None

    def clean(self) -> None:
        """Ends and unmounts what a killed engine has left: nobody else knows of it."""
        for number in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        wait_for("nothing of the engine to be left", lambda: not self._processes(), 60)
        mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
        for path in reversed([path for path in mounted if path.startswith(f"{self.folder}/")]):
            subprocess.run(["umount", "--lazy", path], capture_output=True, check=False)

    def _processes(self) -> list[int]:
        found = subprocess.run(["pgrep", "-f", str(self.folder)], capture_output=True, text=True, check=False)
        return [int(number) for number in found.stdout.split()]


@contextmanager
def own_engine(**settings: Any) -> Iterator[Engine]:
    """One that runs and has the sandbox's image of the machine's own engine; it is gone at the end."""
    # The engine makes sockets below its folder, whose paths may have 107 bytes: pytest's own folders are too deep.
    with tempfile.TemporaryDirectory(prefix="lockstep-engine-", dir="/tmp") as folder:
        own = Engine(Path(folder), **settings)
        own.start()
        try:
            machines = docker.from_env()
            there = docker.DockerClient(own.url)
            there.images.load(b"".join(machines.images.get(ensure_image()).save(named=True)))
            there.close()
            machines.close()
            yield own
        finally:
            own.stop()
            own.clean()

"""Sandboxes made of Docker containers.

A container runs nothing but a supervisor (sandbox/guest), which is spoken to over the container's attached streams.
It has no network, a read-only root, three capabilities, and goes away with whoever leased it; whatever escapes that
is removed by sweep(), which finds containers by their labels. docker-py's clients are not safe to share between
threads, so there is one a thread.
"""

import contextlib
import json
import logging
import os
import socket
import struct
import threading
import time
import uuid
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.types import LogConfig

from lockstep.limits import MIB, Limits
from sandbox.conversation import Stream, StreamLease, unused_users
from sandbox.engine import connect
from sandbox.errors import SandboxUnavailableError
from sandbox.image import ensure_freethreaded, ensure_image
from sandbox.pool import Sandbox
from sandbox.turns import Waiting, wait_quietly

log = logging.getLogger(__name__)

CAPABILITIES = ["KILL", "SETGID", "SETUID"]
"""What the supervisor needs to become another user and to end that user's processes."""
RESERVED_MIB = 64
"""Memory beyond the learner's, for supervisor, zygote and checker."""
RESERVED_PROCESSES = 16
"""Processes beyond the learner's, for the same and for the short-lived ones that look, kill and wipe."""
LONGEST_LIFE_SECONDS = 3600
POOL_OWNER = "pool"
"""The owner of a sandbox that waits for one: labels cannot change once it has one. It ends with its worker, because
the engine closes its input when the worker's connection is gone."""
BOOT = "LOCKSTEP_BOOT"
"""Of the environment: names what was started together, so that one who starts workers can remove what they made."""
_ENGINE_SECONDS = 30
_START_SECONDS = 30
"""After which a container that was made and is not started never will be."""
_INODES = 4096
_SECCOMP = json.dumps(json.loads(Path(__file__).with_name("image").joinpath("seccomp.json").read_text()))
"""The system calls that a sandbox may make; the file gives a reason for each line."""

_SANDBOX, _OWNER, _DEADLINE, _BOOT = (f"lockstep.{name}" for name in ("sandbox", "owner", "deadline", "boot"))
_EngineErrors = (DockerException, requests.RequestException, OSError)


class DockerSandbox(Sandbox):
    """A fresh container for each lease.

    installation tells the containers of several Lockstep installations on one engine apart; runtime is "runc", or
    "runsc" for gVisor; cpus is how many CPUs one sandbox may keep busy. freethreaded is the image with a free-threaded
    Python, which runs programs and does nothing else. boot is by default that of the environment, or of its own.
    """

    kind = "docker"

    def __init__(
        self,
        installation: str = "lockstep",
        runtime: str = "runc",
        cpus: float = 2.0,
        *,
        freethreaded: bool = False,
        boot: str = "",
    ) -> None:
        self._installation = installation
        self._freethreaded = freethreaded
        self.runtime = runtime
        self._cpus = min(cpus, float(os.cpu_count() or 1))
        self._boot = boot or os.environ.get(BOOT) or uuid.uuid4().hex
        self._local = threading.local()
        self._clients: list[weakref.ref[Any]] = []
        self._image: str | None = None

    # ---------------------------------------------------------------------------------------------- engine

    @property
    def _api(self) -> Any:
        if not hasattr(self._local, "api"):
            self._local.api = connect(_ENGINE_SECONDS).api
            self._clients.append(weakref.ref(self._local.api))
        return self._local.api

    def close(self) -> None:
        """Closes the connections to the engine; nothing may be leased any more."""
        for client in [client for ref in self._clients if (client := ref()) is not None]:
            client.close()

    def ping(self) -> str:
        """The engine's version. Raises SandboxUnavailableError where none answers."""
        with _engine("asking the Docker engine"):
            return str(self._api.version()["Version"])

    def check(self) -> str:
        return f"Docker {self.ping()}, runtime {self.runtime}, image {self._current_image()}"

    def _current_image(self) -> str:
        if self._image is None:
            self._check_runtime()
            self._image = ensure_freethreaded() if self._freethreaded else ensure_image()
        return self._image

    def _check_runtime(self) -> None:
        with _engine("asking the Docker engine for its runtimes"):
            known = sorted(self._api.info().get("Runtimes") or {})
        if self.runtime not in known:
            raise SandboxUnavailableError(
                f"the Docker engine has no runtime {self.runtime!r}, only {', '.join(known)}: install it, name it "
                'under "runtimes" in /etc/docker/daemon.json and restart the engine, or set SANDBOX_RUNTIME=runc'
            )

    # ----------------------------------------------------------------------------------------------- lease

    def lease(self, limits: Limits, owner: str, waiting: Waiting = wait_quietly, learner: str = "") -> "DockerLease":
        image = self._current_image()
        first_user = unused_users()
        with _engine("making a sandbox"):
            try:
                container = self._create(image, limits, owner, first_user)
            except ImageNotFound:
                self._image = None
                container = self._create(self._current_image(), limits, owner, first_user)
        try:
            with _engine("starting a sandbox"):
                stream = self._attach(container)
                self._api.start(container)
            return DockerLease(self, container, stream, first_user)
        except BaseException:
            self.remove(container)
            raise

    def _create(self, image: str, limits: Limits, owner: str, first_user: int) -> str:
        made = self._api.create_container(
            image,
            command=["--first-user", str(first_user), "--cgroup", "--folder", "/tmp/work"],  # noqa: S108
            user="0:0",
            stdin_open=True,
            hostname="sandbox",
            labels={
                _SANDBOX: self._installation,
                _OWNER: owner,
                _BOOT: self._boot,
                _DEADLINE: str(int(time.time()) + LONGEST_LIFE_SECONDS),
            },
            host_config=self._api.create_host_config(**self._host_config(limits)),
        )
        return str(made["Id"])

    def _host_config(self, limits: Limits) -> dict[str, Any]:
        memory = (limits.memory_mib + RESERVED_MIB) * MIB
        tmpfs = f"rw,nosuid,nodev,noexec,size={limits.file_mib}m,nr_inodes={_INODES},mode=1777"
        config: dict[str, Any] = {
            # Not network_disabled, which does no more and leaves a container without a name for localhost.
            "network_mode": "none",
            "read_only": True,
            "cap_drop": ["ALL"],
            "cap_add": CAPABILITIES,
            "security_opt": ["no-new-privileges", f"seccomp={_SECCOMP}"],
            "pids_limit": limits.processes + RESERVED_PROCESSES,
            "mem_limit": memory,
            "memswap_limit": memory,  # the same: no swap
            "cpu_shares": 512,
            "tmpfs": {"/tmp": tmpfs, "/dev/shm": tmpfs},  # noqa: S108
            "log_config": LogConfig(type="none"),
            "ipc_mode": "private",
            "restart_policy": {"Name": "no"},
            "runtime": self.runtime,
        }
        if self._cpus < (os.cpu_count() or 1):
            config["nano_cpus"] = int(self._cpus * 1e9)
        return config

    def _attach(self, container: str) -> "Attached":
        # before it is started: later, the first bytes may be lost (docker-py#2466)
        attached = self._api.attach_socket(container, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
        return Attached(attached)

    # --------------------------------------------------------------------------------------------- removal

    def remove(self, container: str) -> None:
        """Removes it for sure, or leaves it to sweep() where the engine does not answer."""
        for attempt in range(3):
            try:
                self._api.remove_container(container, force=True, v=True)
                return
            except NotFound:
                return
            except APIError as error:
                if error.status_code == 409:  # its removal is already under way
                    return
                log.warning("removing sandbox %s failed (attempt %d): %s", container[:12], attempt + 1, error)
            except _EngineErrors as error:
                log.warning("removing sandbox %s failed (attempt %d): %s", container[:12], attempt + 1, error)
        log.error("sandbox %s is left to the sweeper", container[:12])

    def remove_all(self) -> None:
        """Removes every sandbox of this boot, whoever holds it."""
        for each in self._made(f"{_BOOT}={self._boot}"):
            self.remove(each["Id"])

    def _made(self, label: str) -> list[dict[str, Any]]:
        with _engine("looking for sandboxes"):
            return list(self._api.containers(all=True, filters={"label": label}))

    def sweep(self, owner_lives: Callable[[str], bool]) -> int:
        removed = 0
        for each in self._made(f"{_SANDBOX}={self._installation}"):
            labels, owner = each["Labels"], each["Labels"].get(_OWNER, "")
            late = int(labels.get(_DEADLINE, 0)) < time.time()
            ended = each["State"] in ("exited", "dead")
            # Its worker was killed, or lost the engine, right after making it.
            unstarted = each["State"] == "created" and time.time() - each["Created"] > _START_SECONDS
            if late or ended or unstarted or (owner != POOL_OWNER and not owner_lives(owner)):
                self.remove(each["Id"])
                removed += 1
        return removed


class DockerLease(StreamLease):
    """One container."""

    def __init__(self, provider: DockerSandbox, container: str, stream: "Attached", first_user: int) -> None:
        super().__init__(stream, first_user)
        self.id = container
        self._provider = provider
        self._attached = stream
        self.hello = self._conversation.hello()

    def close(self) -> None:
        with self._once:
            if self._closed.is_set():
                return
            self._closed.set()
        self._attached.end()
        self._provider.remove(self.id)


class Attached(Stream):
    """A container's streams, multiplexed by the engine: 8 bytes (stream, 0, 0, 0, length) before each piece."""

    _HEADER = struct.Struct(">BxxxL")

    def __init__(self, attached: Any) -> None:
        self._keep = attached
        self._sock: socket.socket = getattr(attached, "_sock", attached)
        self._buffer = bytearray()
        self._stderr = bytearray()
        self._ended = False
        self._in_use = threading.Lock()

    def send(self, data: bytes) -> None:
        with self._in_use:
            self._check()
            self._sock.settimeout(_ENGINE_SECONDS)
            self._sock.sendall(data)

    def receive(self, seconds: float) -> bytes | None:
        with self._in_use:
            self._check()
            return self._receive(time.monotonic() + seconds)

    def _check(self) -> None:
        if self._ended:
            raise OSError("closed")

    def _receive(self, deadline: float) -> bytes | None:
        while True:
            out = self._take_apart()
            if out:
                return out
            self._sock.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                data = self._sock.recv(65536)
            except TimeoutError:
                return None
            if not data:
                return b""
            self._buffer += data

    def _take_apart(self) -> bytes:
        out = bytearray()
        while len(self._buffer) >= self._HEADER.size:
            stream, length = self._HEADER.unpack_from(self._buffer)
            end = self._HEADER.size + length
            if len(self._buffer) < end:
                break
            if stream == 1:
                out += self._buffer[self._HEADER.size : end]
            else:
                self._stderr += self._buffer[self._HEADER.size : end]
                del self._stderr[:-4096]
            del self._buffer[:end]
        return bytes(out)

    def complaint(self) -> str:
        return self._stderr.decode("utf-8", "replace")

    def end(self) -> None:
        """Wakes whoever waits in receive(), and closes.

        In this order: a descriptor that is closed under a waiting thread may be another connection's a moment later,
        and the thread would go on waiting there.
        """
        self._ended = True
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        with self._in_use:
            # docker-py keeps the connection alive through the response that it came with
            with contextlib.suppress(OSError, ValueError):
                self._keep._response.close()
            with contextlib.suppress(OSError):
                self._sock.close()


@contextlib.contextmanager
def _engine(doing: str) -> Iterator[None]:
    """Whatever the engine does wrong is that no sandbox can be had now."""
    try:
        yield
    except _EngineErrors as error:
        raise SandboxUnavailableError(f"{doing} failed; is the Docker engine running? {error}") from error

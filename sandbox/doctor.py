"""Tries everything that a container promises, on this engine, and says what is wrong and how to mend it."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lockstep.limits import Limits
from sandbox.docker import DockerSandbox
from sandbox.errors import SandboxError
from sandbox.protocol import VERSION, Fault, Output, Request, RunDone

_CLOCK_SECONDS = 5.0
_LIMITS = Limits(wall_seconds=10, cpu_seconds=5, memory_mib=64, processes=16, output_bytes=100_000)

_FACTS = """
import ctypes, json, os, socket, time
libc = ctypes.CDLL(None, use_errno=True)
def reachable(address):
    try:
        socket.create_connection(address, 0.3).close()
    except OSError:
        return False
    return True
def can(what):
    try:
        what()
    except OSError:
        return False
    return True
end = time.process_time() + 0.2
while time.process_time() < end:
    pass
print(json.dumps({
    "user": os.getuid(),
    "reads_supervisor": can(lambda: open("/proc/1/environ", "rb").read()),
    "signals_supervisor": can(lambda: os.kill(1, 0)),
    "writes_root": can(lambda: open("/x", "w")),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "reaches": [address for address in ("172.17.0.1", "169.254.169.254", "1.1.1.1") if reachable((address, 80))],
    "unshares": libc.unshare(0x10000000) == 0,
    "keyring": libc.syscall(250, 0, -3, 0, 0, 0) >= 0,
    "clock": time.time(),
}))
"""
_MEMORY = "hoard = []\nwhile True: hoard.append(bytearray(b'x' * 1_000_000))\n"
_PROCESSES = (
    "import threading\nstop = threading.Event()\n"
    "threads = [threading.Thread(target=stop.wait, daemon=True) for _ in range(40)]\n"
    "for thread in threads: thread.start()\n"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    name: str
    problem: str
    """Empty where all is well."""
    told: str
    """What was seen, or how to mend the problem."""


class _SickError(Exception):
    """A check that failed: the problem and its remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.remedy = remedy


def examine(sandbox: DockerSandbox) -> Iterator[Finding]:
    """Each check as it is done. Where there is no engine, no image or no container, the rest is not tried."""
    patient = _Patient(sandbox)
    for check in (patient.engine, patient.image, patient.facts):
        found = _find(check)
        yield found
        if found.problem:
            return
    for check in (
        patient.users, patient.network, patient.system_calls, patient.clock, patient.cpu, patient.memory,
        patient.processes, patient.removal,
    ):  # fmt: skip
        yield _find(check)


def _find(check: Callable[[], str]) -> Finding:
    name = (check.__doc__ or "").rstrip(".")
    try:
        return Finding(name, "", check())
    except _SickError as sick:
        return Finding(name, str(sick), sick.remedy)
    except SandboxError as error:
        return Finding(name, str(error), "See the message, and the engine's log.")


class _Patient:
    def __init__(self, sandbox: DockerSandbox) -> None:
        self._sandbox = sandbox
        self._facts: dict[str, object] = {}
        self._offset = 0.0
        self._done: RunDone | None = None
        self._leases: list[str] = []

    def _run(self, source: str) -> tuple[RunDone, str]:
        request = Request(VERSION, "doctor", "run", source, 0, _LIMITS.to_mapping())
        with self._sandbox.lease(_LIMITS, "doctor") as lease:
            self._leases.append(lease.id)
            events = list(lease.work(request))
        for event in events:
            if isinstance(event, Fault):
                raise _SickError(
                    f"the supervisor gave up: {event.message.strip()[-500:]}", "This is a defect: report it."
                )
        (done,) = (event for event in events if isinstance(event, RunDone))
        text = "".join(event.text for event in events if isinstance(event, Output))
        return done, text

    def engine(self) -> str:
        """The engine answers."""
        return f"Docker {self._sandbox.ping()}"

    def image(self) -> str:
        """The image and the runtime are there."""
        return self._sandbox.check()

    def facts(self) -> str:
        """A program runs."""
        before = time.time()
        self._done, text = self._run(_FACTS)
        after = time.time()
        try:
            self._facts = json.loads(text)
        except ValueError:
            remedy = "Look at what it printed; an engine that emulates another processor does this."
            raise _SickError(
                f"a small program did not get to its end: {text[-500:] or self._done.measured}", remedy
            ) from None
        clock = float(str(self._facts["clock"]))
        self._offset = max(before - clock, clock - after, 0.0)
        return f"in {after - before:.2f} s"

    def users(self) -> str:
        """The program is another user than the supervisor."""
        user = int(str(self._facts["user"]))
        wrong = [name for name in ("reads_supervisor", "signals_supervisor", "writes_root") if self._facts[name]]
        if user == 0 or wrong:
            raise _SickError(
                f"the program has user id {user}" + "".join(f" and {name.replace('_', ' the ')}" for name in wrong),
                "Check that the engine maps user ids as usual, and mounts /proc as usual.",
            )
        return f"user id {user}"

    def network(self) -> str:
        """There is no network."""
        if self._facts["interfaces"] != ["lo"] or self._facts["reaches"]:
            raise _SickError(
                f"interfaces {self._facts['interfaces']}, reached {self._facts['reaches']}",
                "Check that the engine supports --network none, and that no plugin adds an interface.",
            )
        return "loopback only"

    def system_calls(self) -> str:
        """Seccomp holds."""
        if self._facts["unshares"] or self._facts["keyring"]:
            raise _SickError(
                "the program could make a namespace or a key",
                "Check that `docker info` lists seccomp: the kernel needs CONFIG_SECCOMP_FILTER. (gVisor has its own.)",
            )
        return "no namespaces, no keys"

    def clock(self) -> str:
        """The clocks agree."""
        if self._offset > _CLOCK_SECONDS:
            raise _SickError(
                f"the container's clock is {self._offset:.0f} s off", "Set the clock of the engine's machine."
            )
        return "the same time"

    def cpu(self) -> str:
        """CPU time is counted."""
        assert self._done is not None
        seconds = self._done.measured.cpu_seconds
        if not 0.1 <= seconds <= 5:
            raise _SickError(f"0.2 s of work counted as {seconds:.2f} s", _CGROUPS.format("cpuacct (v1) or cpu (v2)"))
        return f"{seconds:.2f} s for 0.2 s of work and the start"

    def memory(self) -> str:
        """Memory is limited."""
        done, _ = self._run(_MEMORY)
        if done.measured.limit != "memory":
            raise _SickError(
                f"a program without end to its memory ended by {done.measured.limit}", _CGROUPS.format("memory")
            )
        return f"ended at {done.measured.memory_peak_bytes / 2**20:.0f} MiB of {_LIMITS.memory_mib}"

    def processes(self) -> str:
        """Processes are limited."""
        done, _ = self._run(_PROCESSES)
        if done.measured.limit != "processes":
            raise _SickError(f"a program with 40 threads ended by {done.measured.limit}", _CGROUPS.format("pids"))
        return f"ended at {done.measured.processes_peak} of {_LIMITS.processes}"

    def removal(self) -> str:
        """Containers are removed."""
        left = self._sandbox.sweep(lambda owner: owner != "doctor")
        if left:
            raise _SickError(
                f"{left} containers were still there", "They are removed now; see the engine's log for why."
            )
        return f"none of {len(self._leases)} left"


_CGROUPS = "The engine's cgroups lack the controller {}: enable it (`docker info` warns about what is missing)."

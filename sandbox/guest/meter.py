"""How much the learner's processes have used: from the cgroup's own counters, or from /proc where there is no cgroup.

Every number is a difference to a mark that is set before the learner's process exists.
"""

import os
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import struct_rusage

from sandbox.guest import processes

_CGROUP = Path("/sys/fs/cgroup")


class Meter(ABC):
    """What the learner's processes have used since the last mark()."""

    ours: set[int]
    """Process ids of the zygote and the checker."""

    @abstractmethod
    def mark(self) -> None: ...

    @abstractmethod
    def sample(self) -> None:
        """Looks at what has no counter of its own; called many times a second."""

    @abstractmethod
    def cpu_seconds(self) -> float: ...

    @abstractmethod
    def memory_bytes(self) -> int: ...

    @abstractmethod
    def memory_peak_bytes(self) -> int: ...

    @abstractmethod
    def memory_kills(self) -> int:
        """How many processes the kernel has killed for want of memory."""

    @abstractmethod
    def processes_peak(self) -> int:
        """The most processes and threads at once."""

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Inside, processes of ours come and go beside the learner's, which are not counted as theirs."""
        yield

    def reaped(self, pid: int, usage: struct_rusage) -> None:  # noqa: B027 - a cgroup counts the dead itself
        """A process of the learner's has ended and been waited for."""


def meter(cgroup: bool, user: int | None, ours: set[int]) -> Meter:
    """The best meter there is. cgroup: this sandbox has a cgroup to itself."""
    if cgroup and (_CGROUP / "memory/memory.usage_in_bytes").exists():
        return _CgroupMeter(_Version1(), ours)
    if cgroup and (_CGROUP / "memory.current").exists():
        return _CgroupMeter(_Version2(), ours)
    return _ProcMeter(user, ours)


# ------------------------------------------------------------------------------------------------ cgroups


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def _counter(path: Path, name: str) -> int:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    for line in lines:
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0


class _Version1:
    def cpu_seconds(self) -> float:
        return (_number(_CGROUP / "cpuacct/cpuacct.usage") or 0) / 1e9

    def memory(self) -> int:
        return _number(_CGROUP / "memory/memory.usage_in_bytes") or 0

    def memory_peak(self) -> int | None:
        return _number(_CGROUP / "memory/memory.max_usage_in_bytes")

    def kills(self) -> int:
        return _counter(_CGROUP / "memory/memory.oom_control", "oom_kill")

    def pids(self) -> int:
        return _number(_CGROUP / "pids/pids.current") or 0

    def pids_peak(self) -> int | None:
        return _number(_CGROUP / "pids/pids.peak")


class _Version2:
    def cpu_seconds(self) -> float:
        return _counter(_CGROUP / "cpu.stat", "usage_usec") / 1e6

    def memory(self) -> int:
        return _number(_CGROUP / "memory.current") or 0

    def memory_peak(self) -> int | None:
        return _number(_CGROUP / "memory.peak")

    def kills(self) -> int:
        return _counter(_CGROUP / "memory.events", "oom_kill")

    def pids(self) -> int:
        return _number(_CGROUP / "pids.current") or 0

    def pids_peak(self) -> int | None:
        return _number(_CGROUP / "pids.peak")


class _Peak:
    """A highest value: from the kernel's high-water mark where the learner has raised that, else from samples.

    The kernel's mark cannot be reset from inside a sandbox, so it speaks of this test only if it has moved, and of the
    learner only if that was not our own doing. Where both had a part in it, the learner has the benefit of the doubt.
    """

    def __init__(self) -> None:
        self._floor = self._before = self._seen = 0

    def mark(self, now: int, kernel: int | None) -> None:
        self._floor = self._seen = now
        self._before = kernel or 0

    def see(self, now: int) -> None:
        self._seen = max(self._seen, now)

    def keep(self, kernel: int | None) -> None:
        """Takes in what the kernel's mark says now."""
        if kernel is not None and kernel > self._before:
            self._seen = max(self._seen, kernel)

    def skip(self, kernel: int | None) -> None:
        """The kernel's mark has risen to this, and not by the learner's doing alone."""
        self._before = max(self._before, kernel or 0)

    def value(self, kernel: int | None) -> int:
        highest = kernel if kernel is not None and kernel > self._before else self._seen
        return max(0, highest - self._floor)


class _CgroupMeter(Meter):
    def __init__(self, cgroup: _Version1 | _Version2, ours: set[int]) -> None:
        self.ours = ours
        self._cgroup = cgroup
        self._memory = _Peak()
        self._pids = _Peak()
        self._start = 0.0
        self._kills = 0
        self._memory_floor = 0

    def _learners_cpu(self) -> float:
        own = time.process_time() + sum(processes.scheduled_seconds(pid) for pid in self.ours)
        return self._cgroup.cpu_seconds() - own

    def mark(self) -> None:
        self._memory.mark(self._cgroup.memory(), self._cgroup.memory_peak())
        self._pids.mark(self._cgroup.pids(), self._cgroup.pids_peak())
        self._memory_floor = self._cgroup.memory()
        self._kills = self._cgroup.kills()
        self._start = self._learners_cpu()

    def sample(self) -> None:
        self._memory.see(self._cgroup.memory())
        self._pids.see(self._cgroup.pids())

    @contextmanager
    def apart(self) -> Iterator[None]:
        self._pids.keep(self._cgroup.pids_peak())
        try:
            yield
        finally:
            self._pids.skip(self._cgroup.pids_peak())

    def cpu_seconds(self) -> float:
        return max(0.0, self._learners_cpu() - self._start)

    def memory_bytes(self) -> int:
        return max(0, self._cgroup.memory() - self._memory_floor)

    def memory_peak_bytes(self) -> int:
        return self._memory.value(self._cgroup.memory_peak())

    def memory_kills(self) -> int:
        return self._cgroup.kills() - self._kills

    def processes_peak(self) -> int:
        return self._pids.value(self._cgroup.pids_peak())


# --------------------------------------------------------------------------------------------------- /proc


class _ProcMeter(Meter):
    """Sums over the learner's processes, as they are seen, and each one's own high-water mark once it is dead.

    A sum that was high for less than a sample may be missed.
    """

    def __init__(self, user: int | None, ours: set[int]) -> None:
        self.ours = ours
        self._user = user
        self._own_private = 0
        self._forget()

    def _forget(self) -> None:
        self._dead_cpu = 0.0
        self._live_cpu: dict[int, float] = {}
        self._memory = self._memory_peak = self._count_peak = 0

    def mark(self) -> None:
        # every process of the learner's begins as a copy of this size that it does not pay for
        here = processes.process(os.getpid())
        self._own_private = here.private_bytes if here else 0
        self._forget()

    def sample(self) -> None:
        living = processes.learners(self._user, self.ours)
        self._live_cpu = {each.pid: each.cpu_seconds for each in living}
        self._memory = sum(max(0, each.private_bytes - self._own_private) for each in living)
        self._memory_peak = max(self._memory_peak, self._memory)
        self._count_peak = max(self._count_peak, sum(each.threads for each in living))

    def reaped(self, pid: int, usage: struct_rusage) -> None:
        self._dead_cpu += usage.ru_utime + usage.ru_stime
        # The kernel has seen the highest point of a program too short for a sample. It counts the files in memory too
        # that the program has touched; of those it got none from its parent.
        self._memory_peak = max(self._memory_peak, usage.ru_maxrss * 1024 - self._own_private)
        self._live_cpu.pop(pid, None)

    def cpu_seconds(self) -> float:
        return self._dead_cpu + sum(self._live_cpu.values())

    def memory_bytes(self) -> int:
        return self._memory

    def memory_peak_bytes(self) -> int:
        return self._memory_peak

    def memory_kills(self) -> int:
        return 0

    def processes_peak(self) -> int:
        return self._count_peak

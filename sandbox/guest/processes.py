"""What /proc says about the learner's processes."""

import os
import time
from dataclasses import dataclass

_TICK = os.sysconf("SC_CLK_TCK")
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Process:
    """One living process."""

    pid: int
    parent: int
    user: int
    """The real user id."""
    threads: int
    cpu_seconds: float
    """Of it and of the children that it has waited for."""
    private_bytes: int
    """Anonymous resident memory, which a forked child shares with its parent until one of them writes."""


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return None


def process(pid: int) -> Process | None:
    """None where it is gone or a zombie."""
    status, stat = _read(f"/proc/{pid}/status"), _read(f"/proc/{pid}/stat")
    if status is None or stat is None:
        return None
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    if fields.get("State", "Z").strip()[:1] in "ZX":
        return None
    after_name = stat.rpartition(")")[2].split()
    return Process(
        pid=pid,
        parent=int(fields["PPid"]),
        user=int(fields["Uid"].split()[0]),
        threads=int(fields.get("Threads", "1")),
        cpu_seconds=sum(map(int, after_name[11:15])) / _TICK,
        private_bytes=int(fields.get("RssAnon", "0").split()[0]) * _KIB,
    )


def all_processes() -> list[Process]:
    found = (process(int(name)) for name in os.listdir("/proc") if name.isdecimal())
    return [each for each in found if each is not None]


def learners(user: int | None, ours: set[int]) -> list[Process]:
    """The learner's processes: those of its user, or where there is only one user, what descends from this process.

    ours are the children of this process that are not the learner's.
    """
    every = all_processes()
    if user is not None:
        return [each for each in every if each.user == user]
    children: dict[int, list[Process]] = {}
    for each in every:
        children.setdefault(each.parent, []).append(each)
    found: list[Process] = []
    waiting = [each for each in children.get(os.getpid(), []) if each.pid not in ours]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting.extend(children.get(each.pid, []))
    return found


def scheduled_seconds(pid: int) -> float:
    """CPU time of a process and all threads it ever had, to the nanosecond; 0 where it is gone."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # what clock_getcpuclockid(3) makes of a process id
    except OSError:
        return 0.0

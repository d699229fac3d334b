"""What each thread of the learner's processes is blocked on, read from outside and without disturbing it.

Done by a short-lived process with the learner's rights: the supervisor's few capabilities do not let it see this.
Two looks with no context switch in between are one moment; anything else says that something still moves.
"""

import os
import platform
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.guest import processes

_NUMBERS: dict[str, dict[str, tuple[int, ...]]] = {
    "x86_64": {
        "futex": (202,),
        "sleep": (35, 230),
        "io": (0, 1, 7, 20, 23, 42, 43, 44, 45, 46, 47, 232, 270, 271, 281, 288, 441),
        "process": (61, 247),
    },
    "aarch64": {
        "futex": (98,),
        "sleep": (101, 115),
        "io": (22, 63, 64, 65, 66, 72, 73, 202, 203, 206, 207, 211, 212, 242, 441),
        "process": (95, 260),
    },
}
_OF_THIS_MACHINE = _NUMBERS.get(platform.machine(), {})
_KIND = {number: kind for kind, numbers in _OF_THIS_MACHINE.items() for number in numbers}
_FUTEX_COMMAND = 0x7F
_FUTEX_WAITS = (0, 6, 9, 13)  # WAIT, LOCK_PI, WAIT_BITSET, LOCK_PI2


@dataclass(frozen=True, slots=True)
class ThreadLook:
    """One thread at one moment."""

    pid: int
    tid: int
    waits_for: str
    """As ThreadStack.waits_for in the protocol; "timed" for a lock with a time limit."""
    switches: int

    def to_wire(self) -> dict[str, Any]:
        return asdict(self)


def threads(user: int | None, pids: list[int]) -> list[ThreadLook]:
    """Every thread of the user's processes (of pids where there is only one user)."""
    if user is not None:
        pids = [each.pid for each in processes.all_processes() if each.user == user]
    return [look for pid in pids for look in _of(pid)]


def _of(pid: int) -> list[ThreadLook]:
    try:
        tids = [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []
    return [ThreadLook(pid, tid, _waits_for(pid, tid), _switches(pid, tid)) for tid in tids]


def _waits_for(pid: int, tid: int) -> str:
    try:
        with open(f"/proc/{pid}/task/{tid}/syscall", encoding="ascii") as file:
            words = file.read().split()
    except (OSError, ValueError):
        return "unknown"
    if not words or words[0] == "running":
        return "nothing"
    kind = _KIND.get(int(words[0]), "unknown")
    if kind != "futex":
        return kind
    if int(words[2], 16) & _FUTEX_COMMAND not in _FUTEX_WAITS:
        return "unknown"
    return "lock" if int(words[4], 16) == 0 else "timed"


def _switches(pid: int, tid: int) -> int:
    try:
        with open(f"/proc/{pid}/task/{tid}/status", encoding="utf-8", errors="replace") as file:
            return sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
    except (OSError, ValueError, IndexError):
        return -1

"""What a program may leave behind besides processes: removed with its own rights, and looked for with ours."""

import contextlib
import os
import shutil
from pathlib import Path
from typing import NoReturn

FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")
"""All that everybody may write to. POSIX queues need not be there to be seen: a program can make none."""
_IPC = ("shm", "sem", "msg")
_SOCKETS = ("tcp", "tcp6", "udp", "udp6")
_THOROUGHLY = (
    "ipcrm --all; for d in {folders}; do"
    ' find "$d" -mindepth 1 -user {user} -type d ! -perm -u+rwx -exec chmod u+rwx {{}} \\; ;'
    ' find "$d" -mindepth 1 -maxdepth 1 -user {user} -exec rm -rf {{}} + ; done'
)

Left = dict[str, list[str]]


def all_of(user: int) -> NoReturn:
    """Removes every file, queue and System V object of the user that this process is; ends the process."""
    for folder in FOLDERS:
        for entry in _owned(folder, user):
            # Most leave a folder that is simple. What is nested too deep, or closed, takes the tools below.
            with contextlib.suppress(OSError, RecursionError):
                shutil.rmtree(entry) if entry.is_dir(follow_symlinks=False) else os.unlink(entry)
    with contextlib.suppress(OSError):
        if not any(_owned(folder, user) for folder in FOLDERS) and not any(map(_ipc, _IPC)):
            os._exit(0)
    os.execv("/bin/sh", ["sh", "-c", _THOROUGHLY.format(user=user, folders=" ".join(FOLDERS))])  # noqa: S606


def _owned(folder: str, user: int) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.stat(follow_symlinks=False).st_uid == user]
    except OSError:
        return []


def left() -> Left | None:
    """What there is of files, System V objects and sockets: the same before a program and after it is wiped away.

    A connection that was closed keeps its port for a minute, and counts. None: it cannot be seen.
    """
    try:
        found = {folder: sorted(os.listdir(folder)) for folder in FOLDERS if os.path.isdir(folder)}
        found |= {name: _ipc(name) for name in _IPC}
        found |= {name: _lines(Path("/proc/net", name)) for name in _SOCKETS if _has(name)}
    except OSError:
        return None
    return found


def _ipc(name: str) -> list[str]:
    return _lines(Path("/proc/sysvipc", name))


def _has(protocol: str) -> bool:
    """IPv6 may be switched off."""
    return not protocol.endswith("6") or os.path.exists("/proc/net/if_inet6")


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines()[1:]

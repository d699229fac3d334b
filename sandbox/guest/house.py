"""What a container would give, made by hand for a local sandbox that has namespaces and is root in them."""

import fcntl
import os
import socket
import stat
import struct
import subprocess
import sys
from pathlib import Path

from lockstep.limits import MIB
from sandbox.guest.wipe import FOLDERS

_SIOCSIFFLAGS, _IFF_UP, _IFF_LOOPBACK = 0x8914, 0x1, 0x8
_WRITABLE = [Path(name) for name in FOLDERS]


def private_files(mib: int, stash: Path) -> None:
    """Gives this mount namespace its own small /tmp and /dev/shm, and hides what only root may enter.

    Python may be installed where only root may enter (such as /root): such a folder is covered by an empty one in
    which nothing but what Python needs can be seen. stash is an empty folder of the host's to work in.
    """
    needed = _needed()
    covers = [path for path in _WRITABLE if path.is_dir()]
    covers += [path for path in map(_closed_ancestor, needed) if path is not None]
    covers = sorted(
        {path for path in covers if not any(path != other and path.is_relative_to(other) for other in covers)}
    )
    _mount("-t", "tmpfs", "-o", "mode=0700", "tmpfs", str(stash))
    kept: list[tuple[Path, Path]] = []
    for number, path in enumerate(path for path in needed if any(path.is_relative_to(cover) for cover in covers)):
        place = stash / str(number)
        place.mkdir()
        _mount("--bind", str(path), str(place))
        kept.append((place, path))
    inside = stash
    for cover in covers:
        if stash.is_relative_to(cover):  # it is about to be covered: go on through a descriptor
            inside = Path(f"/proc/self/fd/{os.open(stash, os.O_PATH)}")
            kept = [(inside / place.name, path) for place, path in kept]
    for cover in covers:
        mode = "1777" if cover in _WRITABLE else "0755"
        _mount("-t", "tmpfs", "-o", f"nosuid,nodev,size={mib * MIB},nr_inodes=4096,mode={mode}", "tmpfs", str(cover))
    for place, path in kept:
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
        _mount("--bind", str(place.resolve()) if inside is stash else str(place), str(path))


def _needed() -> list[Path]:
    """What the learner's Python must be able to read."""
    root = Path(__file__).resolve().parents[2]
    wanted = {Path(sys.base_prefix), Path(sys.prefix), root / "sandbox", root / "lockstep"}
    wanted |= {Path(entry) for entry in sys.path if entry and Path(entry).is_dir() and Path(entry) != root}
    return sorted(path for path in wanted if not any(path != other and path.is_relative_to(other) for other in wanted))


def _closed_ancestor(path: Path) -> Path | None:
    """The topmost folder on the way to path that others may not enter."""
    for ancestor in [*reversed(path.parents), path]:
        if not stat.S_IMODE(ancestor.stat().st_mode) & stat.S_IXOTH:
            return ancestor
    return None


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", "--no-mtab", *arguments], check=True, pass_fds=_inherited(arguments))


def _inherited(arguments: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(int(part.split("/")[4]) for part in arguments if part.startswith("/proc/self/fd/"))


def loopback_up() -> None:
    """A new network namespace has a loopback interface that is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP | _IFF_LOOPBACK))

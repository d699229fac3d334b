"""What a worker and its machine hold on to: to be compared from before a program to after it."""

import os
import resource
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lockstep.limits import MIB
from sandbox.docker import DockerSandbox
from sandbox.pool import Sandbox
from tests.sandbox.conftest import INSTALLATION

SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")
"""Where everybody may leave something."""
_CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Holdings:
    """Of the worker, which is this process, and of the machine on behalf of its sandboxes."""

    descriptors: frozenset[str]
    memory: int
    """Bytes that this process has in memory."""
    containers: frozenset[str]
    volumes: frozenset[str]
    disk: int
    """Bytes that are taken where the engine keeps its containers."""


def holdings(sandbox: Sandbox) -> Holdings:
    containers: list[str] = []
    volumes: list[str] = []
    root = tempfile.gettempdir()
    if isinstance(sandbox, DockerSandbox):
        api = sandbox._api
        label = {"label": f"lockstep.sandbox={INSTALLATION}"}
        containers = [each["Id"] for each in api.containers(all=True, filters=label)]
        volumes = [each["Name"] for each in api.volumes()["Volumes"] or ()]
        root = api.info()["DockerRootDir"]
    return Holdings(
        descriptors=frozenset(_descriptors()),
        memory=_resident(),
        containers=frozenset(containers),
        volumes=frozenset(volumes),
        disk=shutil.disk_usage(root).used if os.path.isdir(root) else 0,
    )


def nothing_kept(before: Holdings, after: Holdings, sockets: int) -> None:
    """Fails where there is more than before. sockets: connections to the engine that threads may have made."""
    assert after.containers <= before.containers
    assert after.volumes <= before.volumes
    more = after.descriptors - before.descriptors
    assert {name for name in more if not name.startswith("socket:")} == set()
    assert len(more) <= sockets
    assert after.memory - before.memory < 64 * MIB
    # Others may work on this machine meanwhile: this sees what a flood would have left.
    assert after.disk - before.disk < 512 * MIB


def _descriptors() -> set[str]:
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            found.add(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:  # listdir's own
            continue
    return found


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def left_of(users: set[int], containers: set[str]) -> list[str]:
    """What the machine still has of these users and containers: processes, files, IPC objects, cgroups, mounts."""
    return [*_processes(users), *_files(users), *_ipc(users), *_cgroups(containers), *_mounts(containers)]


def _processes(users: set[int]) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "uid=,pid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if int(line.split()[0]) in users]


def _files(users: set[int]) -> list[str]:
    found = []
    for shared in SHARED:
        for folder, folders, files in os.walk(shared):
            for name in (*folders, *files):
                path = os.path.join(folder, name)
                try:
                    if os.lstat(path).st_uid in users:
                        found.append(path)
                except OSError:
                    continue
    return found


def _ipc(users: set[int]) -> list[str]:
    found = []
    for kind in ("msg", "sem", "shm"):
        head, *rows = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()
        column = head.split().index("uid")
        found += [f"{kind} {row}" for row in rows if int(row.split()[column]) in users]
    return found


def _cgroups(containers: set[str]) -> list[str]:
    return [
        str(path) for name in containers for depth in ("*", "*/*", "*/*/*") for path in _CGROUPS.glob(f"{depth}{name}*")
    ]


def _mounts(containers: set[str]) -> list[str]:
    mounted = Path("/proc/mounts").read_text().splitlines()
    return [line for line in mounted if any(name in line for name in containers)]

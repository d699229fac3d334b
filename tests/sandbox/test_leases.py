"""Leases begin, end and get lost; whoever holds them, nothing of them stays."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lockstep.limits import Limits
from sandbox.docker import POOL_OWNER, DockerSandbox
from sandbox.errors import SandboxLostError, SandboxUnavailableError
from sandbox.pool import Lease
from sandbox.protocol import Event, Hello, Output
from tests.sandbox.conftest import INSTALLATION, request_of

FOREVER = "print('on', flush=True)\nwhile True:\n    import time\n    time.sleep(1)\n"


def until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Waits for a state. Says no after that many seconds."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.05)
    return True


def first_output(lease: Lease, limits: Limits, source: str = FOREVER) -> Iterator[Event]:
    events = lease.work(request_of(source, limits))
    for event in events:
        if isinstance(event, Output):
            return events
    raise AssertionError("no output")


def test_hello(sandbox):
    with sandbox.lease(Limits(), "a-test") as lease:
        assert isinstance(lease.hello, Hello)
        assert lease.id


def test_check_says_what_serves(sandbox):
    assert sandbox.kind in sandbox.check().lower()


def test_closing_twice_and_working_afterwards(sandbox):
    lease = sandbox.lease(Limits(), "a-test")
    lease.close()
    lease.close()
    with pytest.raises(SandboxLostError, match="closed"):
        list(lease.work(request_of("", Limits())))


def test_closing_from_another_thread_wakes_the_worker(sandbox):
    limits = Limits(wall_seconds=60)
    lease = sandbox.lease(limits, "a-test")
    events = first_output(lease, limits)
    closer = threading.Thread(target=lease.close)
    closer.start()
    started = time.monotonic()
    with pytest.raises(SandboxLostError):
        list(events)
    woken = time.monotonic() - started
    closer.join()
    assert woken < 10


def test_many_at_once(sandbox):
    limits = Limits()
    got: list[str] = []

    def one(number):
        with sandbox.lease(limits, "a-test") as lease:
            got.extend(e.text for e in lease.work(request_of(f"print({number})", limits)) if isinstance(e, Output))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [f"{number}\n" for number in range(6)]


def test_leaving_in_the_middle_leaves_nothing(sandbox, processes):
    word = f"32{os.getpid()}"
    limits = Limits()
    with sandbox.lease(limits, "a-test") as lease:
        first_output(lease, limits, f"import subprocess\nsubprocess.Popen(['sleep', '{word}'])\n{FOREVER}")
        assert processes(f"sleep {word}") == 1
    assert until(lambda: processes(f"sleep {word}") == 0)


def test_a_killed_worker_leaves_no_local_sandbox(tmp_path: Path, processes):
    word = f"33{os.getpid()}"
    script = tmp_path / "worker.py"
    script.write_text(
        "from lockstep.limits import Limits\n"
        "from sandbox.local import LocalSandbox\n"
        "from tests.sandbox.conftest import request_of\n"
        "lease = LocalSandbox().lease(Limits(wall_seconds=100), 'a-test')\n"
        f"source = \"import subprocess; print(1, flush=True); subprocess.run(['sleep', '{word}'])\"\n"
        "for event in lease.work(request_of(source, Limits(wall_seconds=100))): print(event, flush=True)\n"
    )
    worker = subprocess.Popen(
        [sys.executable, script], cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONPATH": "."}
    )
    try:
        assert until(lambda: processes(f"sleep {word}") == 1)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert until(lambda: processes(f"sleep {word}") == 0)


@pytest.mark.docker
def test_leases_leave_no_connection_open(docker):
    def open_after_a_lease() -> int:
        with docker.lease(Limits(), "a-test") as lease:
            list(lease.work(request_of("print(1)", Limits())))
        return len(os.listdir("/proc/self/fd"))

    open_after_a_lease()
    before = open_after_a_lease()
    assert [open_after_a_lease() for _ in range(4)] == [before] * 4


@pytest.mark.docker
def test_a_container_that_is_killed_is_lost(docker):
    limits = Limits()
    with docker.lease(limits, "a-test") as lease:
        events = first_output(lease, limits)
        docker._api.kill(lease.id)
        with pytest.raises(SandboxLostError, match="went away"):
            list(events)


@pytest.mark.docker
def test_sweep_removes_what_has_no_owner_and_nothing_else(docker):
    with docker.lease(Limits(), "dead") as dead, docker.lease(Limits(), "alive") as alive:
        assert docker.sweep(lambda owner: owner == "alive") == 1
        left = [each["Id"] for each in docker._api.containers(filters={"label": f"lockstep.sandbox={INSTALLATION}"})]
        assert alive.id in left
        assert dead.id not in left


@pytest.mark.docker
def test_sweep_removes_what_is_past_its_longest_life(docker, monkeypatch):
    monkeypatch.setattr("sandbox.docker.LONGEST_LIFE_SECONDS", -1)
    with docker.lease(Limits(), "alive"):
        assert docker.sweep(lambda owner: True) == 1


@pytest.mark.docker
def test_sweep_removes_what_its_worker_made_and_did_not_live_to_start(docker, monkeypatch):
    made = docker._create(docker._current_image(), Limits(), POOL_OWNER, 100_000)
    assert docker.sweep(lambda owner: True) == 0
    monkeypatch.setattr("sandbox.docker._START_SECONDS", -60)
    assert docker.sweep(lambda owner: True) == 1
    assert made not in [each["Id"] for each in docker._made(f"lockstep.sandbox={INSTALLATION}")]


@pytest.mark.docker
def test_containers_are_closed_in_as_promised(docker):
    with docker.lease(Limits(memory_mib=100, processes=20), "a-test") as lease:
        told = docker._api.inspect_container(lease.id)
    host = told["HostConfig"]
    assert host["NetworkMode"] == "none"
    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert set(host["CapAdd"]) == {"SETUID", "SETGID", "KILL"}
    assert "no-new-privileges" in host["SecurityOpt"]
    assert any(option.startswith('seccomp={"defaultAction": "SCMP_ACT_ERRNO"') for option in host["SecurityOpt"])
    assert host["Memory"] == host["MemorySwap"] == (100 + 64) * 2**20
    assert host["PidsLimit"] == 36
    assert not host["Privileged"]
    assert not host["AutoRemove"]
    assert host["Binds"] is None
    assert host["LogConfig"]["Type"] == "none"
    assert told["Mounts"] == []
    assert told["Config"]["Labels"]["lockstep.owner"] == "a-test"


def test_no_engine_is_unavailable_with_a_remedy(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    sandbox = DockerSandbox()
    with pytest.raises(SandboxUnavailableError, match="Docker engine"):
        sandbox.check()
    with pytest.raises(SandboxUnavailableError, match="Docker engine"):
        sandbox.lease(Limits(), "a-test")


def test_auto_takes_local_sandboxes_where_no_engine_answers(monkeypatch, tmp_path):
    from sandbox.pool import provider

    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    assert provider("auto").kind == "local"


def test_a_stale_image_is_never_used(tmp_path, monkeypatch):
    from sandbox.image import build

    before = build.tag()
    changed = tmp_path / "Dockerfile"
    changed.write_text(build._DOCKERFILE.read_text() + "# changed\n")
    monkeypatch.setattr(build, "_DOCKERFILE", changed)
    assert build.tag() != before
    assert before.startswith("lockstep-sandbox:")

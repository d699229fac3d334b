"""A learner's next run in the same sandbox sees nothing of the last; where that is not sure, there is no next run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lockstep.limits import Limits
from sandbox.errors import SandboxLostError
from sandbox.local import LocalSandbox
from sandbox.pool import Lease, Sandbox
from sandbox.protocol import Challenge, Done, Event, Fault, Moved, Output, RunDone
from tests.sandbox.conftest import request_of
from tests.sandbox.test_grade import CALL, simple

LOOK = """
import json, os, socket
def names(folder):
    try: return sorted(os.listdir(folder))
    except OSError: return None
def rows(file):
    try: return open(file).read().splitlines()[1:]
    except OSError: return None
def hears(name):
    with socket.socket(socket.AF_UNIX) as caller:
        try: caller.connect(name)
        except OSError: return False
        return True
def owner(pid):
    try: return os.stat(f"/proc/{pid}").st_uid
    except OSError: return 0
others = [pid for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))) if pid != os.getpid()]
print(json.dumps({
    "user": os.getuid(),
    "folders": {each: names(each) for each in ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock", ".")},
    "ipc": [rows(f"/proc/sysvipc/{each}") for each in ("shm", "sem", "msg")],
    "sockets": [rows(f"/proc/net/{each}") for each in ("tcp", "tcp6", "udp", "udp6")],
    "hears": hears("\\0left"),
    "processes": sum(owner(pid) != 0 for pid in others),
    "room": os.statvfs("/tmp").f_ffree,
}), flush=True)
"""
LITTER = """
import ctypes, multiprocessing, os, socket, subprocess, sys
for folder in ("/tmp", "/dev/shm", "/var/tmp", "/run/lock"):
    try:
        open(f"{folder}/left", "w").write("left")
        os.makedirs(f"{folder}/open/closed")
        open(f"{folder}/open/closed/.left", "w").close()
        os.symlink("/etc/passwd", f"{folder}/link")
        os.mkfifo(f"{folder}/open/pipe")
        os.chmod(f"{folder}/open/closed", 0)
        os.chmod(f"{folder}/open", 0)
    except OSError:
        pass  # it cannot be written to, which is as good
os.chdir("/tmp")
for _ in range(1500):
    os.mkdir("deep"); os.chdir("deep")
libc = ctypes.CDLL(None)
libc.shmget(7, 4096, 0o1666); libc.semget(7, 1, 0o1666); libc.msgget(7, 0o1666)
libc.mq_open(b"/left", 0o102, 0o600, None)
lock = multiprocessing.Lock()
subprocess.Popen(["sleep", "1000"], start_new_session=True)
listens = socket.socket(); listens.bind(("127.0.0.1", 0)); listens.listen()
answers = socket.socket(socket.AF_UNIX); answers.bind("\\0left"); answers.listen()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: answers.accept()
    os._exit(0)
os.wait()
"""

HOSTILE = sorted((Path(__file__).parents[1] / "hostile" / "programs").glob("*.py"))
QUICK = {"fights_back", "setsid_double_fork", "shared_semaphores"}
"""All of them are for the full tests."""


@pytest.fixture
def lease(sandbox: Sandbox) -> Iterator[Lease]:
    with sandbox.lease(Limits(), "a-test") as found:
        yield found


@pytest.fixture(scope="session")
def clean(sandbox: Sandbox) -> dict[str, Any]:
    """What is to be seen in a fresh sandbox."""
    with sandbox.lease(Limits(), "a-test") as fresh:
        found: dict[str, Any] = json.loads(printed(tell(fresh, LOOK)))
    return found


def tell(lease: Lease, source: str, challenge: Challenge | None = None, **more: Any) -> list[Event]:
    limits = Limits(**more.pop("limits", {}))
    return list(lease.work(request_of(source, limits, challenge, **more)))


def printed(events: list[Event]) -> str:
    assert isinstance(events[-1], Done), events
    return "".join(event.text for event in events if isinstance(event, Output))


def test_the_next_run_sees_what_it_would_see_in_a_fresh_sandbox(lease: Lease) -> None:
    first = json.loads(printed(tell(lease, LOOK + LITTER)))
    assert lease.renew()
    second = json.loads(printed(tell(lease, LOOK)))
    assert second.pop("user") != first.pop("user")
    assert second == first
    assert first["folders"]["."] == ["main.py"]


def test_what_is_left_behind_is_there_until_it_is_wiped(lease: Lease) -> None:
    """Or the test above would prove nothing."""
    clean, littered = [json.loads(line) for line in printed(tell(lease, LOOK + LITTER + LOOK)).splitlines()]
    assert littered["hears"]
    assert (clean["processes"], littered["processes"]) == (0, 2)
    assert {"left", "open", "link", "deep"} <= set(littered["folders"]["/tmp"])
    assert {"left", "open", "link"} <= set(littered["folders"]["/dev/shm"])
    assert littered["sockets"] != clean["sockets"]


@pytest.mark.parametrize(
    "program",
    [pytest.param(each, id=each.stem, marks=() if each.stem in QUICK else pytest.mark.full) for each in HOSTILE],
)
def test_after_a_program_that_means_harm_the_next_run_sees_nothing_of_it_or_is_not_there(
    sandbox: Sandbox, clean: dict[str, Any], program: Path
) -> None:
    limits = {"wall_seconds": 3, "cpu_seconds": 3, "memory_mib": 128, "processes": 64, "output_bytes": 100_000}
    with sandbox.lease(Limits(), "a-test") as lease:
        try:
            tell(lease, program.read_text(), limits=limits)
        except SandboxLostError:
            return  # it has ended its own supervisor, which is then not there to be asked
        if lease.renew():
            assert {**json.loads(printed(tell(lease, LOOK))), "user": clean["user"]} == clean


def test_every_run_has_a_user_of_its_own_and_what_the_last_had_is_refused_to_it(lease: Lease) -> None:
    users = set()
    for _ in range(4):
        assert lease.first_user is not None
        users.add(lease.first_user)
        assert (
            printed(tell(lease, "import os; print(*os.getresuid(), *os.getgroups())")).split()
            == [str(lease.first_user)] * 3
        )
        assert lease.renew()
    assert len(users) == 4


def test_a_move_a_run_and_an_exploration_follow_one_another(lease: Lease) -> None:
    (moved,) = (event for event in tell(lease, "print(1)", kind="move", until=1) if isinstance(event, Moved))
    assert moved.move is not None
    assert lease.renew()
    assert printed(tell(lease, "print(2)", kind="explore", schedules=10)) == ""
    assert lease.renew()
    assert printed(tell(lease, "print(3)")) == "3\n"


@pytest.mark.parametrize(
    ("limit", "source", "limits"),
    [
        ("wall", "import time; time.sleep(60)", {"wall_seconds": 0.3}),
        ("cpu", "while True: pass", {"cpu_seconds": 0.2}),
        ("output", "print('x' * 100_000)", {"output_bytes": 1024}),
        ("memory", "x = bytearray(200 * 2**20)\nimport time; time.sleep(60)", {"memory_mib": 40}),
        ("processes", "import subprocess\nfor _ in range(9): subprocess.Popen(['sleep', '9'])", {"processes": 4}),
        ("deadlock", "import threading\nl = threading.Lock(); l.acquire(); l.acquire()", {}),
    ],
)
def test_after_a_limit_was_met_there_is_no_next_run(
    lease: Lease, limit: str, source: str, limits: dict[str, Any]
) -> None:
    events = tell(lease, source, limits=limits)
    (end,) = (event for event in events if isinstance(event, RunDone))
    assert end.measured.limit == limit
    assert not lease.renew()


def test_after_a_message_that_makes_no_sense_there_is_no_next_run(lease: Lease) -> None:
    tell(
        lease,
        "import os\nfor number in range(3, 2000):\n    try: os.write(number, b'x' * 64)\n    except OSError: pass",
    )
    assert not lease.renew()


def test_after_a_connection_whose_port_is_still_taken_there_is_no_next_run(lease: Lease) -> None:
    source = (
        "import socket\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "client = socket.create_connection(server.getsockname())\n"
        "other, _ = server.accept()\n"
        "client.close(); other.close()\n"
    )
    assert printed(tell(lease, source)) == ""
    assert not lease.renew()


def test_where_a_submission_was_graded_there_is_no_next_run(lease: Lease) -> None:
    assert isinstance(tell(lease, "def f(): return 1", Challenge(CALL, simple()))[-1], Done)
    assert not lease.renew()


def test_a_submission_is_not_graded_where_anything_has_run(lease: Lease) -> None:
    tell(lease, "print(1)")
    assert lease.renew()
    end = tell(lease, "def f(): return 1", Challenge(CALL, simple()))[-1]
    assert isinstance(end, Fault)
    assert (end.blame, "nobody has used" in end.message) == ("sandbox", True)


def test_before_a_request_is_done_there_is_no_next_one(lease: Lease) -> None:
    assert not lease.renew()
    events = lease.work(request_of("input()", Limits()))
    next(events)
    assert not lease.renew()


def test_with_one_user_for_everything_there_is_no_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.local.os.geteuid", lambda: 1000)
    with LocalSandbox().lease(Limits(), "a-test") as lease:
        assert printed(tell(lease, "print(1)")) == "1\n"
        assert not lease.renew()

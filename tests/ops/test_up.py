"""`manage.py up` for real: it starts everything, keeps it running, and leaves nothing."""

import contextlib
import os
import signal
import socket
import uuid
from pathlib import Path

import docker
import docker.errors
import pytest

from bench.latency.client import Learner
from tests.ops.conftest import COMMAND, Instance, Start, eventually, free_port

# --------------------------------------------------------------------------------------------- while it runs


def test_it_serves_the_course(running: Instance) -> None:
    assert running.answers()
    assert "/challenges/thread-safe-counter/" in running.get("/challenges/")


def test_what_it_keeps_is_its_owners_alone(running: Instance) -> None:
    for name in ("lockstep.sqlite3", "secret-key", "valkey.sock"):
        assert (running.var / name).stat().st_mode & 0o077 == 0, name


def test_local_says_what_it_does_not_protect_from(running: Instance) -> None:
    said = "".join(running.output)
    assert "Sandbox: local sandboxes (for your own code on your own machine only)" in said
    assert "memory is limited by looking" in said


def test_a_second_instance_is_refused_with_the_first_ones_address(running: Instance) -> None:
    second = Instance(running.var, free_port(), COMMAND)
    said = second.rest()
    assert second.process.returncode == 1
    assert f"process {running.process.pid}, http://127.0.0.1:{running.port}/" in said
    assert f"kill {running.process.pid}" in said
    assert running.answers()


@pytest.mark.parametrize("child", ["uvicorn", "celery", "valkey-server"])
def test_a_killed_child_is_started_again(running: Instance, child: str) -> None:
    before = running.child(child)
    assert before
    os.kill(before, signal.SIGKILL)
    running.until(r"was ended by SIGKILL; starting it again")
    eventually(lambda: running.child(child) not in (None, before), f"a new {child}")
    eventually(running.answers, "everything answering again")


# ----------------------------------------------------------------------------------------- what stops a start


def test_a_taken_port_is_refused_with_who_holds_it(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        instance = start(port=port)
        said = instance.rest()
    assert instance.process.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken by process {os.getpid()}" in said
    assert f"PORT={port + 1} make run" in said
    assert instance.processes() == {}


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(start: Start, port: str) -> None:
    instance = start(PORT=port)
    assert f"PORT is '{port}': use a number from 1 to 65535." in instance.rest()
    assert instance.process.returncode == 1


def test_the_local_sandbox_is_not_served_to_the_network(start: Start) -> None:
    instance = start(LOCKSTEP_HOST="0.0.0.0")
    said = instance.rest()
    assert instance.process.returncode == 1
    assert "LOCKSTEP_HOST is 0.0.0.0" in said
    assert "SANDBOX=docker" in said


# ------------------------------------------------------------------------------------------------- how it ends


def test_a_signal_stops_everything_and_the_next_start_goes_on_from_there(start: Start) -> None:
    first = start().ready()
    secret = (first.var / "secret-key").read_text()
    assert len(first.processes()) >= 4
    first.process.send_signal(signal.SIGINT)
    assert "stopped" in first.rest()
    assert first.process.returncode == 0
    first.leaves_nothing()

    second = start(port=first.port).ready()
    assert (second.var / "secret-key").read_text() == secret
    second.process.send_signal(signal.SIGTERM)
    assert "stopped" in second.rest()
    assert second.process.returncode == 0
    second.leaves_nothing()


def everything_alive() -> dict[tuple[int, str], tuple[int, str]]:
    """(pid, time of start) to (parent's pid, command line): a pid alone may soon be somebody else's."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(") ")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if fields[0] != "Z":
            found[int(folder.name), fields[19]] = int(fields[1]), command
    return found


def descendants(instance: Instance) -> dict[tuple[int, str], str]:
    """The processes below `up`, whatever user, environment or namespace they have, and it: to their command lines."""
    alive = everything_alive()
    family = {instance.process.pid}
    while grown := {key[0] for key, (parent, _) in alive.items() if parent in family} - family:
        family |= grown
    return {key: command for key, (_, command) in alive.items() if key[0] in family}


def test_killed_it_leaves_no_child(start: Start) -> None:
    first = start().ready()
    Learner(f"http://127.0.0.1:{first.port}").post("while True: pass")
    eventually(lambda: any("sandbox.guest" in command for command in descendants(first).values()), "the run's sandbox")
    before = descendants(first)
    first.process.kill()
    eventually(lambda: first.processes() == {}, "the end of every child")
    eventually(lambda: not before.keys() & everything_alive().keys(), f"the end of all of {before}")
    # Nobody was there to remove Valkey's socket and to free the lock: neither is in the way.
    second = start(port=first.port).ready()
    second.process.terminate()
    second.rest()
    second.leaves_nothing()


def test_a_data_folder_with_a_long_path_works(start: Start, tmp_path: Path) -> None:
    instance = start(var=tmp_path / ("deep" * 20) / ("deeper" * 15)).ready()
    assert instance.answers()
    environment = Path(f"/proc/{instance.child('uvicorn')}/environ").read_bytes().split(b"\0")
    (url,) = (word.decode() for word in environment if word.startswith(b"REDIS_URL="))
    path = Path(url.removeprefix("REDIS_URL=unix://"))
    assert path.is_socket()
    instance.process.terminate()
    instance.rest()
    instance.leaves_nothing()
    assert not path.parent.exists()


def begun_by(engine: docker.DockerClient, program: str) -> str:
    """What the sandbox in which a program of this name runs has in common with all of its worker's, and no other."""
    for one in engine.containers.list(filters={"label": "lockstep.boot"}):
        if program in str(one.top(ps_args="-o pid,comm")):
            return str(one.labels["lockstep.boot"])
    return ""


@pytest.mark.docker
@pytest.mark.parametrize("worker", ["working", "hanging"])
def test_it_leaves_no_container(start: Start, engine: docker.DockerClient, worker: str) -> None:
    instance = start(SANDBOX="docker").ready()
    assert "Sandbox: Docker " in "".join(instance.output)
    program = uuid.uuid4().hex[:15]
    endless = f"import ctypes\nctypes.CDLL(None).prctl(15, b'{program}')\nwhile True: pass"
    Learner(f"http://127.0.0.1:{instance.port}").post(endless)
    boot = ""

    def runs() -> bool:
        nonlocal boot
        with contextlib.suppress(docker.errors.APIError):  # a container has ended between the two questions
            boot = begun_by(engine, program)
        return boot != ""

    eventually(runs, "the sandbox of the run")
    if worker == "hanging":
        pid = instance.child("celery")
        assert pid
        os.kill(pid, signal.SIGSTOP)
    instance.process.send_signal(signal.SIGINT)
    instance.rest()
    assert instance.process.returncode == 0
    instance.leaves_nothing()
    assert engine.api.containers(all=True, filters={"label": f"lockstep.boot={boot}"}) == []


def test_make_run_stops_on_ctrl_c(start: Start) -> None:
    instance = start("make", "run").ready()
    # A terminal sends it to everything in the foreground.
    os.killpg(instance.process.pid, signal.SIGINT)
    assert "stopped" in instance.rest()
    instance.leaves_nothing()


def test_make_run_killed_leaves_nothing(start: Start) -> None:
    instance = start("make", "run").ready()
    instance.process.kill()
    eventually(lambda: instance.processes() == {}, "the end of every process")
    instance.leaves_nothing()

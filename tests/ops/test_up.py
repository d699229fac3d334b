"""`manage.py up` for real: it starts everything, and leaves nothing."""

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.ops.conftest import Start, eventually


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_starts_everything_and_a_signal_stops_it(start: Start, number: signal.Signals) -> None:
    instance = start().ready()
    assert "thread-safe-counter" in instance.get("/challenges/")
    instance.until(r"worker .* ready")
    assert (instance.var / "valkey.sock").is_socket()
    assert len(instance.processes()) >= 4

    instance.process.send_signal(number)
    assert "stopped" in instance.rest()
    assert instance.process.returncode == 0
    instance.leaves_nothing()


def test_what_it_keeps_is_its_owners_alone(start: Start) -> None:
    instance = start().ready()
    for name in ("lockstep.sqlite3", "secret-key", "valkey.sock"):
        assert (instance.var / name).stat().st_mode & 0o077 == 0, name


def test_starts_again_where_it_left_off(start: Start) -> None:
    first = start().ready()
    secret = (first.var / "secret-key").read_text()
    first.process.terminate()
    assert first.rest()
    second = start(port=first.port).ready()
    assert (second.var / "secret-key").read_text() == secret


def test_a_second_instance_is_refused_with_the_first_ones_address(start: Start) -> None:
    first = start().ready()
    second = start()
    said = second.rest()
    assert second.process.returncode == 1
    assert f"process {first.process.pid}, http://127.0.0.1:{first.port}/" in said
    assert f"kill {first.process.pid}" in said
    assert "ok" in first.get("/healthz")


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


def test_the_local_sandbox_is_not_served_to_the_network(start: Start) -> None:
    instance = start(HOST="0.0.0.0")
    said = instance.rest()
    assert instance.process.returncode == 1
    assert "0.0.0.0" in said
    assert "SANDBOX=docker" in said


def test_local_says_what_it_does_not_protect_from(start: Start) -> None:
    instance = start().ready()
    assert "Sandbox: local" in "".join(instance.output)
    assert "your own programs only" in "".join(instance.output)


def test_killed_it_leaves_no_child(start: Start) -> None:
    instance = start().ready()
    instance.process.kill()
    eventually(lambda: instance.processes() == {}, "the end of every child")
    # Its socket stays, as nobody could remove it; the next start does, and takes the lock.
    again = start(port=instance.port).ready()
    again.process.terminate()
    again.rest()
    again.leaves_nothing()


@pytest.mark.parametrize("child", ["celery", "uvicorn", "valkey-server"])
def test_a_killed_child_is_started_again(start: Start, child: str) -> None:
    instance = start().ready()
    instance.until(r"worker .* ready")
    before = instance.child(child)
    os.kill(before, signal.SIGKILL)
    instance.until(r"was ended by SIGKILL; starting it again")
    eventually(lambda: any(child in command for command in instance.processes().values()), f"a new {child}")
    assert instance.child(child) != before


def test_a_data_folder_with_a_long_path_works(start: Start, tmp_path: Path) -> None:
    var = tmp_path / ("deep" * 20) / ("deeper" * 15)
    instance = start(var=var).ready()
    instance.until(r"worker .* ready")
    folder = next(
        Path(word.removeprefix("--unixsocket ").strip()).parent
        for command in instance.processes().values()
        for word in [command.partition("--unixsocket ")[2].split(" ")[0]]
        if word
    )
    assert folder.is_dir()
    instance.process.terminate()
    instance.rest()
    instance.leaves_nothing()
    assert not folder.exists()


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

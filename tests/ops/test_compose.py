"""docker-compose.yml, as docker-compose itself reads it."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ops.conftest import ROOT

SECRETS = {
    "SECRET_KEY": "k" * 50,
    "POSTGRES_PASSWORD": "w" * 50,
    "ALLOWED_HOSTS": "lockstep.example.org",
    "DOCKER_GID": "998",
}
SOCKET = "/var/run/docker.sock"


def compose(folder: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """`docker-compose config`, away from any .env of this machine."""
    if not shutil.which("docker-compose"):
        pytest.skip("docker-compose is not installed")
    shutil.copy(ROOT / "docker-compose.yml", folder)
    return subprocess.run(
        ["docker-compose", "config"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def services(tmp_path: Path) -> dict[str, dict[str, Any]]:
    done = compose(tmp_path, SECRETS)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = yaml.safe_load(done.stdout)["services"]
    return found


def test_everything_is_there(services: dict[str, dict[str, Any]]) -> None:
    assert services.keys() == {"web", "worker", "migrate", "postgres", "valkey"}
    for name in ("web", "worker", "postgres", "valkey"):
        assert services[name]["healthcheck"]["test"], name


def test_only_the_worker_reaches_docker(services: dict[str, dict[str, Any]]) -> None:
    reaching = {name for name, service in services.items() if SOCKET in str(service.get("volumes", []))}
    assert reaching == {"worker"}
    assert {name for name, service in services.items() if "group_add" in service} == {"worker"}
    assert "ports" not in services["worker"]
    assert not any(service.get("privileged") for service in services.values())


def test_only_the_web_process_is_reached_from_outside(services: dict[str, dict[str, Any]]) -> None:
    assert {name for name, service in services.items() if "ports" in service} == {"web"}
    assert {name for name, service in services.items() if "front" in service["networks"]} == {"web"}


def test_the_tables_are_there_before_anybody_needs_them(services: dict[str, dict[str, Any]]) -> None:
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert services["migrate"]["restart"] == "no"


def test_the_broker_never_throws_messages_away(services: dict[str, dict[str, Any]]) -> None:
    command = services["valkey"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_missing_value_is_named_with_its_remedy(tmp_path: Path, name: str) -> None:
    done = compose(tmp_path, {key: value for key, value in SECRETS.items() if key != name})
    assert done.returncode != 0
    assert f"{name} is not set" in done.stderr
    assert "make env" in done.stderr or "Name in .env" in done.stderr


def test_env_is_written_once_with_fresh_secrets(tmp_path: Path) -> None:
    for part in ("Makefile", "ops"):
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, tmp_path / part)
    if not Path(SOCKET).is_socket():
        pytest.skip("no Docker engine has run here")

    def make_env() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(["make", "env"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    assert make_env().returncode == 0
    written = (tmp_path / ".env").read_text()
    values = dict(line.split("=", 1) for line in written.splitlines() if not line.startswith("#"))
    assert len(values["SECRET_KEY"]) >= 50
    assert len(values["POSTGRES_PASSWORD"]) >= 50
    assert values["SECRET_KEY"] != values["POSTGRES_PASSWORD"]
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert compose(tmp_path, {}).returncode == 0

    again = make_env()
    assert again.returncode != 0
    assert ".env is there already" in again.stderr
    assert (tmp_path / ".env").read_text() == written

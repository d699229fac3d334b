"""A wrong or missing value in the environment stops the start with its name and the remedy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ops.conftest import ROOT

GOOD = {
    "LOCKSTEP_ENV": "production",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "lockstep.example.org",
    "DATABASE_URL": "postgres://lockstep:word@db:5432/lockstep",
    "REDIS_URL": "redis://valkey:6379/0",
}
UNSET = ""


def start(tmp_path: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """What `manage.py check` says with these variables and no others of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**kept, "LOCKSTEP_VAR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_starts_with_what_it_needs(tmp_path: Path) -> None:
    done = start(tmp_path, **GOOD)
    assert done.returncode == 0, done.stderr


def test_development_needs_nothing_and_keeps_a_secret(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0
    secret = tmp_path / "secret-key"
    kept = secret.read_text()
    assert len(kept) >= 50
    assert secret.stat().st_mode & 0o077 == 0
    assert start(tmp_path).returncode == 0
    assert secret.read_text() == kept


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("SECRET_KEY", UNSET, "long random text"),
        ("SECRET_KEY", "too-short", "long random text"),
        ("ALLOWED_HOSTS", UNSET, "lockstep.example.org"),
        ("ALLOWED_HOSTS", "*", "name the hosts"),
        ("DATABASE_URL", UNSET, "postgres://"),
        ("DATABASE_URL", "mysql://db/lockstep", "postgres"),
        ("EMAIL_URL", "mail.example.org", "smtp"),
        ("EMAIL_URL", "smtp://:587", "without a host"),
        ("EMAIL_URL", "smtp://mail.example.org:port", "with a wrong port"),
        ("REDIS_URL", UNSET, "redis://"),
        ("REDIS_URL", "http://valkey", "redis"),
        ("SANDBOX", "local", "docker"),
        ("SANDBOX", "podman", "docker"),
        ("SANDBOX_RUNTIME", "kata", "runc, runsc"),
        ("LOCKSTEP_ENV", "staging", "production"),
        ("WORKER_CONCURRENCY", "many", "whole number"),
        ("LOG_LEVEL", "loud", "WARNING"),
        ("HTTPS", "yes", "on, off"),
    ],
)
def test_a_wrong_value_stops_production(tmp_path: Path, name: str, value: str, remedy: str) -> None:
    done = start(tmp_path, **{**GOOD, name: value})
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert name in last, done.stderr
    assert remedy in last, done.stderr
    if value:
        assert value in last or name == "SECRET_KEY", done.stderr


def test_a_runtime_that_may_not_be_used_stops_the_start(tmp_path: Path) -> None:
    done = start(tmp_path, SANDBOX="auto", SANDBOX_RUNTIME="runsc")
    assert done.returncode != 0
    assert "set SANDBOX=docker" in done.stderr.strip().splitlines()[-1]
    assert start(tmp_path, SANDBOX="docker", SANDBOX_RUNTIME="runsc").returncode == 0


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    done = start(tmp_path, **{**GOOD, "SECRET_KEY": "not-long-enough"})
    assert "not-long-enough" not in done.stderr


def test_mail_needs_a_sender(tmp_path: Path) -> None:
    done = start(tmp_path, **GOOD, EMAIL_URL="smtp://ada:word@mail.example.org")
    assert done.returncode != 0
    assert "EMAIL_FROM is not set" in done.stderr
    assert start(tmp_path, **GOOD, EMAIL_URL="smtp://m.example.org", EMAIL_FROM="a@example.org").returncode == 0

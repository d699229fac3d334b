"""The import contracts of pyproject.toml bite: a planted violation of each is found and named."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ops.conftest import ROOT

PACKAGES = ("lockstep", "config", "playground", "grader", "sandbox")


def contracts(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "build"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_tree_keeps_them(copy: Path) -> None:
    done = contracts(copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "bad", "named"),
    [
        ("playground/planted.py", "import sandbox.pool", "playground.planted -> sandbox.pool"),
        ("sandbox/planted.py", "import playground.submissions", "sandbox.planted -> playground.submissions"),
        ("playground/planted.py", "import grader.pipeline", "playground.planted -> grader.pipeline"),
        ("grader/planted.py", "import config.celery", "grader.planted -> config.celery"),
        ("lockstep/planted.py", "import grader.verdict", "lockstep.planted -> grader.verdict"),
        ("grader/planted.py", "import sandbox.guest.supervisor", "grader.planted -> sandbox.guest"),
        ("sandbox/guest/planted.py", "import django.conf", "sandbox.guest.planted -> django"),
        ("sandbox/kit/planted.py", "import docker", "sandbox.kit.planted -> docker"),
        ("sandbox/guest/planted.py", "import sandbox.docker", "sandbox.guest.planted -> sandbox.docker"),
        ("sandbox/protocol.py", "import redis", "sandbox.protocol -> redis"),
        ("lockstep/planted.py", "import django", "lockstep.planted -> django"),
    ],
)
def test_a_planted_violation_is_found(copy: Path, module: str, bad: str, named: str) -> None:
    with (copy / module).open("a") as file:
        file.write(f"\n{bad}\n")
    done = contracts(copy)
    assert done.returncode != 0, done.stdout
    assert named in done.stdout, done.stdout

"""The scripts behind the Makefile say what is wrong and what to do about it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ops.conftest import ROOT


def run(folder: Path, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the scripts and nothing else."""
    shutil.copytree(ROOT / "ops", tmp_path / "ops")
    return tmp_path


def python_that(folder: Path, *, fails_when: str) -> str:
    """A Python that fails on commands which hold the text."""
    script = folder / "python3"
    script.write_text(f'#!/bin/sh\ncase "$*" in *"{fails_when}"*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    script.chmod(0o755)
    return str(script)


def test_help_names_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    declared = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert declared
    # These tests may themselves be run by make, which then says which folder it enters.
    done = run(ROOT, "make", "--no-print-directory", "help")
    named = {line.split()[1] for line in done.stdout.splitlines()}
    assert named == set(declared.group(1).split()) - {"check-machine"}


def test_a_python_that_is_too_old_is_named(copy: Path) -> None:
    old = python_that(copy, fails_when="version_info")
    done = run(copy, "ops/venv.sh", "requirements/base.txt", PYTHON=old)
    assert done.returncode == 1
    assert "Python 3.11 or later is needed" in done.stderr
    assert old in done.stderr
    assert not (copy / ".venv").exists()


def test_a_python_without_venv_is_told_the_package(copy: Path) -> None:
    nobody = copy / "bin" / "id"
    nobody.parent.mkdir()
    nobody.write_text("#!/bin/sh\necho 1000\n")
    nobody.chmod(0o755)
    python = python_that(copy, fails_when="ensurepip")
    path = f"{nobody.parent}:{os.environ['PATH']}"
    done = run(copy, "ops/venv.sh", "requirements/base.txt", PYTHON=python, PATH=path)
    assert done.returncode == 1
    assert f"sudo apt-get install python{sys.version_info.major}.{sys.version_info.minor}-venv" in done.stderr
    assert not (copy / ".venv").exists()


def test_an_engine_that_is_elsewhere_is_not_started_here(copy: Path) -> None:
    done = run(copy, "ops/engine.sh", "run", DOCKER_HOST="tcp://127.0.0.1:1")
    assert done.returncode == 1
    assert "tcp://127.0.0.1:1" in done.stderr


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "ops").glob("*.sh")))
def test_the_scripts_parse(script: str) -> None:
    assert run(ROOT, "bash", "-n", f"ops/{script}").returncode == 0


def test_no_minified_bundle_and_no_secret_is_in_git() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no git repository here")
    names = run(ROOT, "git", "ls-files").stdout.split()
    assert not [name for name in names if name.startswith(("playground/static/build/", "var/", ".venv/"))]
    assert ".env" not in names

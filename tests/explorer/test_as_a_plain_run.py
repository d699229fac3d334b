"""A program prints under the explorer what it prints in a plain run: statements, tracebacks, threads, asyncio."""

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.explorer import load
from sandbox.explorer.execution import Kind, Runner
from sandbox.explorer.strategies.fixed import NoPreemption

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda file: file.stem)
def test_same_output(file: Path) -> None:
    plain = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=True)
    with Runner(load(file.read_bytes(), str(file))) as runner:
        first = runner.run(NoPreemption())
        again = runner.run(NoPreemption())
    assert first.outcome.output == plain.stdout
    assert first.outcome.kind == Kind.FINISHED, first.outcome.detail
    assert again.outcome == first.outcome
    assert again.switches == first.switches

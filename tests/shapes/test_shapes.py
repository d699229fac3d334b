"""Each shape: the bug is found and replayed, the corrected twin is not accused."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.explorer import Report, Settings, explore, load
from tests.shapes.shapes import DEEP, FEWEST, PROGRAMS, path

ROOT = Path(__file__).parents[2]
SEEDS = 20
TWIN_SCHEDULES = 10_000


def look(name: str, twin: str, **settings: object) -> Report:
    file = path(name, twin)
    program = load(file.read_bytes(), str(file))
    return explore(program, settings=Settings(most_traced=0, **settings))  # type: ignore[arg-type]


def found(name: str, seed: int = 0) -> Report:
    """By the default portfolio; the deep one by the bounded search."""
    schedules, strategy = (10_000, "bounded") if name == DEEP else (5000, "portfolio")
    return look(name, "buggy", seed=seed, schedules=schedules, strategy=strategy, stop_at_failure=True)


def test_every_program_is_listed() -> None:
    assert sorted(FEWEST) == sorted(folder.name for folder in PROGRAMS.iterdir() if not folder.name.startswith("."))


@pytest.mark.parametrize("name", FEWEST)
def test_the_bug_is_found(name: str) -> None:
    report = found(name)
    assert report.finding is not None
    assert report.finding.confirmed
    assert report.diverged is None
    assert replayed_elsewhere(name, str(report.finding.execution.schedule), 1) == [
        report.finding.execution.outcome.kind
    ]


@pytest.mark.parametrize("name", FEWEST)
def test_the_twin_is_not_accused(name: str) -> None:
    report = look(name, "fixed", schedules=TWIN_SCHEDULES // 10)
    assert report.finding is None
    assert report.diverged is None


def replayed_elsewhere(name: str, schedule: str, times: int) -> list[str]:
    """How the schedule ends in new processes."""
    command = [sys.executable, "-m", "sandbox.explorer", str(path(name, "buggy")), "--replay", schedule, "--json"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    kinds = []
    for _ in range(times):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode in (0, 1), done.stderr
        kinds.append(json.loads(done.stdout)["outcome"]["kind"])
    return kinds


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", FEWEST)
def test_every_seed_finds_it_with_the_fewest_preemptions(name: str) -> None:
    seeds = 1 if name == DEEP else SEEDS
    for seed in range(seeds):
        began = time.process_time()
        report = found(name, seed)
        assert report.finding is not None, f"seed {seed}"
        assert report.finding.execution.preemptions == FEWEST[name], f"seed {seed}"
        assert report.finding.confirmed, f"seed {seed}"
        if name != DEEP:
            assert time.process_time() - began < 4, f"seed {seed}: 2 s to find it, 2 s to shrink it"


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", FEWEST)
def test_the_schedule_replays_in_a_new_process_every_time(name: str) -> None:
    finding = found(name, 0).finding
    assert finding is not None
    kinds = replayed_elsewhere(name, str(finding.execution.schedule), 100)
    assert kinds == [finding.execution.outcome.kind] * 100


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", FEWEST)
def test_the_twin_is_never_accused(name: str) -> None:
    report = look(name, "fixed", schedules=TWIN_SCHEDULES, seed=1)
    assert report.finding is None
    assert report.diverged is None


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", FEWEST)
def test_the_fewest_preemptions_are_what_the_exhaustive_search_says(name: str) -> None:
    report = look(name, "buggy", schedules=50_000, strategy="bounded", stop_at_failure=True)
    assert report.finding is not None
    assert report.finding.execution.preemptions == FEWEST[name]
    assert report.finding.fewest

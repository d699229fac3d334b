"""The same seed finds the same twice, whatever else the machine has to do."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from sandbox.explorer import Settings, explore, load
from sandbox.explorer.report import to_json
from tests.shapes.shapes import path

QUEUES = Path(__file__).parent / "programs" / "queue_pipeline.py"


def explored(program: Path) -> dict[str, Any]:
    settings = Settings(seed=5, schedules=200)
    return to_json(explore(load(program.read_bytes(), str(program)), settings=settings)) | {"seconds": 0}


@pytest.mark.parametrize(
    "program",
    [path("lapped_barrier", "buggy"), path("window_of_four", "buggy"), path("check_await_act", "buggy"), QUEUES],
    ids=lambda program: f"{program.parent.name}-{program.stem}",
)
def test_a_machine_that_crawls_finds_the_same(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As seen by the explorer, a minute goes by between any two looks at a clock."""
    usual = explored(program)
    minutes = itertools.count(step=60.0)
    for clock in ("monotonic", "process_time", "perf_counter", "time"):
        monkeypatch.setattr(f"time.{clock}", lambda: next(minutes))
    slow = explored(program)
    monkeypatch.undo()
    assert next(minutes) > 60, "nobody looked at a clock"
    assert slow == usual

"""Every level of the course: the goal is out of reach of the plain schedule, and par is the fewest interruptions."""

from pathlib import Path

import pytest

from lockstep.level import Level, reached, read_levels
from sandbox.explorer import Settings, explore, load, told
from sandbox.explorer.play import play

LEVELS = read_levels(Path(__file__).parents[2] / "content" / "levels")


def test_there_are_levels() -> None:
    assert len(LEVELS) >= 8


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_par_is_the_fewest_interruptions_and_the_plain_schedule_does_not_do(level: Level) -> None:
    program = load(level.program, "main.py")
    report = explore(program, settings=Settings(schedules=400, most_traced=0))
    plain, *others = report.outcomes
    assert not reached(level.rules, {"kind": plain.outcome.kind, "output": plain.outcome.output})
    reaching = [
        seen for seen in others if reached(level.rules, {"kind": seen.outcome.kind, "output": seen.outcome.output})
    ]
    best = min(reaching, key=lambda seen: seen.preemptions)
    assert best.preemptions == level.par
    assert report.complete_bound >= level.par - 1, "fewer interruptions were not all tried"
    # What a learner hands in is replayed as a move that goes on to the end.
    trace = told.moved(play(load(level.program, "main.py"), str(best.schedule), 10_000_000))["trace"]
    assert reached(level.rules, trace["outcome"])
    assert trace["preemptions"] == level.par
    assert not reached(
        level.rules, told.moved(play(load(level.program, "main.py"), "", 10_000_000))["trace"]["outcome"]
    )

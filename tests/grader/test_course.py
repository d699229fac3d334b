"""The course's own challenges are what `manage.py validate` asks of a challenge, with one seed each."""

from pathlib import Path

import pytest
from django.conf import settings

from grader.validation.levels import try_out
from grader.validation.parallel import validate
from grader.validation.table import text
from lockstep.level import Level, read_levels
from lockstep.pack import Pack, read_packs
from sandbox.pool import provider

PACKS = read_packs(Path(settings.CONTENT) / "challenges")
LEVELS = read_levels(Path(settings.CONTENT) / "levels")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("pack", PACKS, ids=[pack.slug for pack in PACKS])
def test_a_challenge_of_the_course_is_valid(pack: Pack) -> None:
    (report,) = validate([pack], 1, 1, provider("local"), lambda progress: None)
    problems = report.problems(pack, of_the_course=True)
    print(text(report, problems))
    assert [one.text for one in problems if one.level == "error"] == []


def test_there_are_levels() -> None:
    assert len(LEVELS) >= 8


@pytest.mark.parametrize("level", LEVELS, ids=[level.slug for level in LEVELS])
def test_a_level_of_the_course_can_be_done_with_par(level: Level) -> None:
    report = try_out(level, provider("local"), "course")
    print(report.text())
    assert (report.problems, report.fewest) == ([], level.par)

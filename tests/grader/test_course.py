"""The course's own challenges are what `manage.py validate` asks of a challenge, with one seed each."""

from pathlib import Path

import pytest
from django.conf import settings

from grader.validation.parallel import validate
from grader.validation.table import text
from lockstep.pack import Pack, read_packs
from sandbox.pool import provider

PACKS = read_packs(Path(settings.CONTENT) / "challenges")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("pack", PACKS, ids=[pack.slug for pack in PACKS])
def test_a_challenge_of_the_course_is_valid(pack: Pack) -> None:
    (report,) = validate([pack], 1, 1, provider("local"), lambda progress: None)
    problems = report.problems(pack, of_the_course=True)
    print(text(report, problems))
    assert [one.text for one in problems if one.level == "error"] == []

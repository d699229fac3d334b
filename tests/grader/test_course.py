"""The course's own challenges are what `manage.py validate` asks of a challenge, with one seed each."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from grader.validation.parallel import validate
from grader.validation.table import text
from lockstep.pack import read_packs
from sandbox.pool import provider


@pytest.mark.timeout(600)
def test_every_challenge_of_the_course_is_valid() -> None:
    packs = read_packs(Path(settings.CONTENT) / "challenges")
    reports = validate(packs, 1, os.cpu_count() or 1, provider("local"), lambda progress: None)
    found = [(report, report.problems(pack, of_the_course=True)) for report, pack in zip(reports, packs, strict=True)]
    for report, problems in found:
        print(text(report, problems))
    assert [
        f"{report.slug}: {one.text}" for report, problems in found for one in problems if one.level == "error"
    ] == []

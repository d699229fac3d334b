"""Every solution of the course gets a verdict that it declares, and no starter is accepted."""

from pathlib import Path

import pytest
from django.conf import settings

from grader.judge import Work, judge
from lockstep.pack import Pack, read_packs
from lockstep.verdicts import Verdict
from sandbox.pool import provider

PACKS = read_packs(Path(settings.CONTENT) / "challenges")
SEED = 20_260_000


@pytest.mark.parametrize(
    ("pack", "name"), [pytest.param(pack, name, id=f"{pack.slug}/{name}") for pack in PACKS for name in pack.solutions]
)
def test_a_solution(pack: Pack, name: str) -> None:
    outcome = judge(Work("grade", pack.solutions[name], SEED, pack), provider("local"), "test", lambda event: None)
    assert outcome.verdict in pack.expected(name), outcome.message


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.slug)
def test_the_starter(pack: Pack) -> None:
    outcome = judge(Work("grade", pack.starter, SEED, pack), provider("local"), "test", lambda event: None)
    assert outcome.verdict not in (Verdict.ACCEPTED, Verdict.INTERNAL_ERROR), outcome.message

"""Verdicts lead to the lesson that explains them."""

import pytest

from lockstep.verdicts import Verdict
from playground import explains
from playground.models import Lesson

pytestmark = pytest.mark.django_db


def test_a_verdict_leads_to_the_first_lesson_with_its_word() -> None:
    Lesson.objects.create(slug="races-and-deadlocks", title="Races, deadlocks and other traps", order=7)
    Lesson.objects.create(slug="threads", title="Threads", order=2)
    found = explains.lessons()
    assert found[Verdict.RACE]["url"] == "/lessons/races-and-deadlocks/"
    assert found[Verdict.DEADLOCK]["title"] == "Races, deadlocks and other traps"
    assert found[Verdict.LEAK]["url"] == "/lessons/races-and-deadlocks/"
    assert Verdict.WRONG_ANSWER not in found


def test_without_lessons_nothing_is_linked() -> None:
    assert explains.lessons() == {}

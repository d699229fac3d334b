"""A validation in the background: a real worker, real sandboxes, and what it leaves in the database."""

from typing import Any

import pytest
from django.test import override_settings

from grader.validation import background
from playground import packs, validations
from playground.models import Revision, Validation
from tests.grader.conftest import wait_for, worker
from tests.grader.validation.test_command import SOLUTIONS, challenge, solution

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]


def asked(seeds: int, **changes: Any) -> Revision:
    revision = packs.save_revision(challenge(**changes), publish=False)
    with override_settings(VALIDATION_SEEDS=seeds):
        validations.request(revision)
    return revision


def stand(revision: Revision) -> Validation:
    return Validation.objects.get(revision=revision)


@pytest.mark.timeout(400)
def test_a_worker_validates_what_was_asked_for() -> None:
    names = ("adds.py", "adds_three.py")
    bad = {**{name: SOLUTIONS[name] for name in names}, "shifts.py": solution("ACCEPTED", "n * n")}
    with worker("local"):
        good = asked(1, title="Good")
        wrong = asked(2, title="Wrong", solutions=bad)
        faulty = asked(1, title="Faulty", checks="from kit import Tset\n")
        for revision in (good, wrong, faulty):
            wait_for(f"the validation of {revision}", lambda one=revision: stand(one).green is not None, 100)  # type: ignore[misc]
    row = stand(good)
    assert (row.green, row.errors, row.done, row.total) == (True, [], 8, 8)
    assert row.tests == ["Small numbers.", "Even numbers, or odd ones."]
    assert [one["file"] for one in row.rows if one["right"]] == ["adds.py", "shifts.py"]
    validations.publish(good)
    row = stand(wrong)
    assert row.green is False
    # After the first round it was known.
    assert (row.done, row.total) == (5, 9)
    assert any(text.startswith("shifts.py is right and gets WRONG_ANSWER (seed 1") for text in row.errors)
    (fault,) = stand(faulty).errors
    assert "cannot import name 'Tset'" in fault


def test_a_slice_ends_soon_and_the_next_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "SLICE_SECONDS", 0.0)
    with override_settings(SANDBOX="local"):
        revision = asked(2)
        for done in (1, 2, 3):
            background.work(revision.pk)
            row = stand(revision)
            assert (row.done, row.token, row.green) == (done, None, None)
            assert sum(one["gradings"] for one in row.rows) == done
            assert row.problems == []

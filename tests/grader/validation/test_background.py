"""A validation in the background: a real worker, real sandboxes, and what it leaves in the database."""

import threading
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from grader import keeper
from grader.validation import background
from grader.validation.grading import grade
from grader.validation.report import Grading
from playground import packs, validations
from playground.models import Revision, Validation
from tests.grader.conftest import worker
from tests.grader.validation.test_command import SOLUTIONS, challenge, solution
from tests.waiting import wait_for

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


def test_a_worker_renews_its_lease_while_it_grades(monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[bool] = []

    def long(*given: Any) -> Grading:
        Validation.objects.update(lease=timezone.now())
        began = timezone.now()
        wait_for("the lease to be renewed", lambda: (Validation.objects.get().lease or began) > began)
        renewed.append(True)
        return grade(*given)

    monkeypatch.setattr(keeper, "RENEW_SECONDS", 0.0)
    monkeypatch.setattr(background, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(background, "grade", long)
    with override_settings(SANDBOX="local"):
        revision = asked(1)
        background.work(revision.pk)
    assert renewed == [True]
    assert stand(revision).done == 1


def test_what_is_asked_for_anew_is_left_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that would take a minute, in a worker whose claim is lost in the middle of it."""
    slow = {"adds.py": solution("ACCEPTED", "__import__('time').sleep(60)")}
    graded: list[Exception] = []

    def watched(*given: Any) -> Grading:
        try:
            return grade(*given)
        except Exception as error:
            graded.append(error)
            raise

    monkeypatch.setattr(background, "grade", watched)
    with override_settings(SANDBOX="local"):
        revision = asked(1, solutions=slow, limits={"wall_seconds": 100.0})
        worker = threading.Thread(target=background.work, args=[revision.pk])
        worker.start()
        wait_for("its sandbox", lambda: any(lease is not None for lease in keeper.keeper._held.values()))
        validations.request(revision)
        worker.join(20)
        assert not worker.is_alive()
    assert [type(error) for error in graded] == [keeper.ClaimLostError]
    row = stand(revision)
    assert (row.done, row.token, row.failures, row.green) == (0, None, 0, None)


@pytest.mark.full
@pytest.mark.timeout(400)
def test_another_worker_goes_on_where_one_died() -> None:
    revision = asked(20)
    with worker("local") as first:
        wait_for("a few gradings", lambda: stand(revision).done > 0 and stand(revision).token is not None, 100)
        first.kill()
    row = stand(revision)
    assert row.green is None
    with worker("local"):
        wait_for("another to go on", lambda: stand(revision).done > row.done, 60)
        assert stand(revision).failures <= 1

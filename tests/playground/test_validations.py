"""A revision is published when its validation is green: the rows, and the admin's page of a revision."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from playground import packs, validations
from playground.models import Revision, Validation
from playground.validations import NotGreenError, Stand
from tests.lockstep.packs import pack
from tests.playground import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey", "revision")]

ERROR = {"level": "error", "text": "no_lock.py is wrong and <accepted>"}
WARNING = {"level": "warning", "text": "there is no explanation.md"}


@pytest.fixture
def draft() -> Revision:
    return packs.save_revision(pack(title="Better"), publish=False)


def stand(done: int = 3, *problems: dict[str, str]) -> Stand:
    cells = [{"RACE": 2, "ACCEPTED": 1}, {}]
    row = {"file": "no_lock.py", "declared": ["RACE"], "cells": cells, "verdicts": {"RACE": 3}, "good": not problems}
    return Stand(done, 10, ["Increments count.", "Another."], [row], list(problems), {"kept": done})


def claimed(revision: Revision) -> validations.Claim:
    claim = validations.claim(revision.pk)
    assert claim is not None
    return claim


def validated(revision: Revision, *problems: dict[str, str]) -> None:
    validations.request(revision)
    assert validations.finish(claimed(revision), stand(10, *problems))


def refused(revision: Revision) -> str:
    with pytest.raises(NotGreenError) as refusal:
        validations.publish(revision)
    revision.challenge.refresh_from_db()
    assert revision.challenge.current != revision
    return str(refusal.value)


def test_only_what_is_green_is_published(draft: Revision) -> None:
    assert refused(draft) == "Revision 2 is not published: it has not been validated yet."
    validations.request(draft)
    assert "its validation is still going on (0 of ? gradings)" in refused(draft)
    claim = claimed(draft)
    assert validations.put_back(claim, stand())
    assert "its validation is still going on (3 of 10 gradings)" in refused(draft)
    assert validations.finish(claimed(draft), stand(10, ERROR, WARNING, ERROR))
    assert "its validation found 2 errors" in refused(draft)
    validated(draft, WARNING)
    validations.publish(draft)
    draft.challenge.refresh_from_db()
    assert draft.challenge.current == draft


def test_one_worker_has_it_at_a_time(draft: Revision) -> None:
    assert validations.claim(draft.pk) is None
    validations.request(draft)
    claim = claimed(draft)
    assert validations.claim(draft.pk) is None
    assert validations.put_back(claim, stand())
    assert Validation.objects.get().report == {"kept": 3}
    again = claimed(draft)
    assert not validations.put_back(claim, stand(9))
    assert not validations.finish(claim, stand(9))
    assert validations.finish(again, stand(10))
    assert validations.claim(draft.pk) is None
    assert Validation.objects.get().done == 10


def test_asked_for_again_it_begins_anew_and_the_old_work_is_lost(draft: Revision) -> None:
    validated(draft, ERROR)
    validations.request(draft)
    claim = claimed(draft)
    validations.request(draft)
    assert not validations.finish(claim, stand(10))
    row = Validation.objects.get()
    assert (row.green, row.done, row.problems, row.report, row.rows) == (None, 0, [], {}, [])


def run_out() -> None:
    """As if whoever holds a validation had not renewed its lease."""
    assert Validation.objects.exclude(token=None).update(lease=timezone.now() - timedelta(seconds=1)) == 1


def test_what_a_dead_worker_held_is_taken_over_as_soon_as_its_lease_runs_out(draft: Revision) -> None:
    validations.request(draft)
    before = timezone.now()
    dead = claimed(draft)
    lease = Validation.objects.get().lease
    assert lease is not None
    assert timedelta(0) < lease - before <= timedelta(seconds=20)
    assert validations.take_back() == 0
    run_out()
    assert validations.take_back() == 1
    assert validations.take_back() == 0
    claimed(draft)
    assert validations.still_held([dead]) == validations.renew([dead]) == set()
    assert not validations.finish(dead, stand())


def test_a_lease_that_is_renewed_does_not_run_out(draft: Revision) -> None:
    validations.request(draft)
    claim = claimed(draft)
    run_out()
    assert validations.renew([claim]) == {claim}
    assert validations.take_back() == 0
    assert validations.claim(draft.pk) is None
    assert validations.finish(claim, stand(10))
    assert validations.renew([claim]) == set()


def test_what_kills_every_worker_comes_to_an_end(draft: Revision) -> None:
    validations.request(draft)
    for attempt in range(1, validations.MOST_FAILURES + 1):
        assert Validation.objects.get().green is None, attempt
        claimed(draft)
        run_out()
        validations.take_back()
    problem = "it could not be validated, by a fault of ours: the worker that was at it died"
    assert Validation.objects.get().errors == [problem]
    assert validations.take_back() == 0


def test_a_message_that_was_lost_is_published_again_after_a_while(draft: Revision) -> None:
    validations.request(draft)
    assert validations.take_back() == 0
    Validation.objects.update(published=timezone.now() - validations.PUBLISH_AGAIN)
    assert validations.take_back() == 1
    assert validations.take_back() == 0
    validations.give_back(claimed(draft), "", wait=timedelta(0), failed=False)
    assert validations.take_back() == 1


def test_our_faults_come_to_an_end(draft: Revision) -> None:
    validations.request(draft)
    validations.give_back(claimed(draft), "no sandbox can be started now", failed=False)
    assert Validation.objects.get().delayed == "no sandbox can be started now"
    for attempt in range(1, validations.MOST_FAILURES + 1):
        assert Validation.objects.get().green is None, attempt
        validations.give_back(claimed(draft), "it broke", failed=True)
    assert Validation.objects.get().errors == ["it could not be validated, by a fault of ours: it broke"]
    assert "found 1 error." in refused(draft)


def test_a_slice_that_went_well_makes_good_for_one_that_did_not(draft: Revision) -> None:
    validations.request(draft)
    for _ in range(2 * validations.MOST_FAILURES):
        validations.give_back(claimed(draft), "it broke", failed=True)
        assert validations.put_back(claimed(draft), stand())
    assert Validation.objects.get().green is None


# --------------------------------------------------------------------------------------------------- the admin's page


def instructor(*names: str) -> Client:
    user = User.objects.create_user("instructor", password=make.PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def browser() -> Client:
    return instructor("view_challenge", "change_challenge", "view_revision")


def address(revision: Revision) -> str:
    return f"/admin/playground/challenge/revisions/{revision.pk}/"


def page(browser: Client, revision: Revision) -> str:
    answer = browser.get(address(revision))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_how_far_it_is_and_what_was_found(browser: Client, draft: Revision) -> None:
    assert "cannot be published: it has not been validated yet." in page(browser, draft)
    assert browser.post(address(draft), {"validate": "x"}).status_code == 302
    shown = page(browser, draft)
    assert "It waits for a worker" in shown
    assert "validation.js" in shown
    assert validations.put_back(claimed(draft), stand())
    assert "3 of 10 gradings, about 1 minute left" in page(browser, draft)
    assert validations.finish(claimed(draft), stand(10, ERROR))
    shown = page(browser, draft)
    for text in ("no_lock.py is wrong and &lt;accepted&gt;", "Increments count.", "RACE 2", "passed 1", "not green"):
        assert text in shown
    assert "validation.js" not in shown


def test_the_button_publishes_what_is_green_and_nothing_else(browser: Client, draft: Revision) -> None:
    validated(draft, ERROR)
    assert 'value="Publish" disabled' in page(browser, draft)
    browser.post(address(draft), {"publish": "x"})
    assert "Revision 2 is not published: its validation found 1 error." in page(browser, draft)
    validated(draft)
    assert 'value="Publish">' in page(browser, draft)
    browser.post(address(draft), {"publish": "x"})
    assert "Learners meet revision 2 from now on." in page(browser, draft)
    draft.challenge.refresh_from_db()
    assert draft.challenge.current == draft
    listed = browser.get(f"/admin/playground/challenge/{draft.challenge_id}/change/").content.decode()
    assert f'<a href="{address(draft)}">published</a>' in listed
    assert "it has not been validated yet</a>" in listed


def test_who_may_only_look_publishes_nothing(draft: Revision) -> None:
    validated(draft)
    browser = instructor("view_challenge")
    assert "It can be published." in page(browser, draft)
    assert '<form method="post" class' not in page(browser, draft)
    for button in ("publish", "validate"):
        assert browser.post(address(draft), {button: "x"}).status_code == 403
    assert Validation.objects.get().green
    stranger = Client()
    assert stranger.get(address(draft)).status_code == 302


def test_a_course_that_is_loaded_is_published_without(draft: Revision) -> None:
    loaded = make.revision(title="From a file")
    assert loaded.challenge.current == loaded
    assert not Validation.objects.exists()

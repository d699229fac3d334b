"""Submissions in the admin: to look at and to grade again."""

from typing import Any

import pytest
import redis
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lockstep.verdicts import State, Verdict
from playground.models import Learner, Revision, Submission
from tests.playground import make
from tests.playground.test_admin_challenges import instructor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
LIST = "/admin/playground/submission/"


@pytest.fixture
def browser() -> Client:
    browser = Client()
    browser.force_login(instructor())
    return browser


def test_they_are_shown_with_everything_and_cannot_be_edited(
    browser: Client, learner: Learner, revision: Revision
) -> None:
    hidden = make.result(0, Verdict.RACE, visible=False, detail="for staff")
    row = make.graded(learner, revision, Verdict.RACE, tests=[hidden])
    page = browser.get(f"{LIST}{row.pk}/change/")
    assert page.status_code == 200
    assert "for staff" in page.content.decode()
    assert browser.post(f"{LIST}{row.pk}/change/", {"verdict": "ACCEPTED", "source": "y"}).status_code == 403
    assert browser.get(f"{LIST}add/").status_code == 403
    row.refresh_from_db()
    assert (row.verdict, row.source) == (Verdict.RACE, "x = 1\n")


def test_the_chosen_are_graded_again(
    browser: Client,
    learner: Learner,
    revision: Revision,
    valkey: redis.Redis,
    django_capture_on_commit_callbacks: Any,
) -> None:
    done = make.graded(learner, revision)
    run = make.submission(learner)
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(LIST, {"action": "grade_again", "_selected_action": [done.pk, run.pk]}, follow=True)
    assert "1 of 2 will be graded again" in answer.content.decode()
    done.refresh_from_db()
    assert (done.state, done.verdict) == (State.QUEUED, "")
    assert valkey.llen("lockstep:rejudge") == 1


def test_they_are_found_by_learner(browser: Client, learner: Learner, revision: Revision) -> None:
    make.graded(learner, revision)
    make.graded(make.learner("eve"), revision)
    page = browser.get(LIST, {"q": "ada"}).content.decode()
    assert "1 submission" in page


def test_a_long_list_costs_few_queries(browser: Client, revision: Revision) -> None:
    people = [make.learner(f"p{i}") for i in range(12)]
    make.graded(people[0], revision)
    browser.get(LIST)
    with CaptureQueriesContext(connection) as few:
        browser.get(LIST)
    for person in people:
        make.graded(person, revision)
    with CaptureQueriesContext(connection) as many:
        browser.get(LIST)
    assert len(many) == len(few)


def test_a_deleted_submission_solves_nothing_any_more(learner: Learner, revision: Revision) -> None:
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    first, second = make.graded(learner, revision), make.graded(learner, revision)
    assert browser.post(f"{LIST}{first.pk}/delete/", {"post": "yes"}).status_code == 302
    assert learner.solves.get().at == second.created
    answer = browser.post(LIST, {"action": "delete_selected", "_selected_action": [second.pk], "post": "yes"})
    assert answer.status_code == 302
    assert not learner.solves.exists()
    assert not Submission.objects.exists()


def test_an_account_can_be_deleted_with_its_work(learner: Learner, revision: Revision) -> None:
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    make.graded(learner, revision)
    assert learner.user
    assert browser.post(f"/admin/auth/user/{learner.user.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Learner.objects.exists()
    assert not Submission.objects.exists()

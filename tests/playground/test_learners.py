"""Guests, accounts, and what becomes of a guest's work."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from lockstep.verdicts import Verdict
from playground import learners
from playground.models import Learner, Revision, Solve, Submission
from tests.playground import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


@pytest.fixture
def browser() -> Client:
    return Client()


def guest_of(browser: Client) -> Learner:
    """The browser's guest, after a first program was sent."""
    assert browser.post("/api/submissions", {"kind": "run", "source": "x"}, "application/json").status_code == 201
    return Learner.objects.get(id=browser.session[learners.SESSION_KEY])


def sign_up(browser: Client, name: str = "grace") -> User:
    answer = browser.post(
        "/accounts/signup/", {"username": name, "password1": make.PASSWORD, "password2": make.PASSWORD}
    )
    assert answer.status_code == 302, answer.content.decode()
    return User.objects.get(username=name)


def log_in(browser: Client, name: str = "ada", password: str = make.PASSWORD) -> int:
    return browser.post("/accounts/login/", {"login": name, "password": password}).status_code


def test_a_guest_keeps_the_work_on_signing_up(browser: Client, revision: Revision) -> None:
    guest = guest_of(browser)
    make.graded(guest, revision)
    user = sign_up(browser)
    learner = Learner.objects.get()
    assert (learner.id, learner.user) == (guest.id, user)
    assert learner.submissions.count() == 2
    assert learner.solves.count() == 1
    assert learners.SESSION_KEY not in browser.session
    assert b"counter" in browser.get("/challenges/").content


def test_what_runs_while_one_signs_up_is_still_ones_own(browser: Client) -> None:
    guest = guest_of(browser)
    row = guest.submissions.get()
    sign_up(browser)
    assert browser.get(f"/api/submissions/{row.id}").status_code == 200


def test_a_guests_work_comes_to_the_account_on_logging_in(
    browser: Client, learner: Learner, revision: Revision
) -> None:
    both, only_guest, only_account = revision, make.revision("second"), make.revision("third")
    guest = guest_of(browser)
    early = make.graded(guest, both)
    make.graded(guest, only_guest)
    make.graded(guest, only_account, Verdict.RACE)
    make.graded(learner, both)
    third = make.graded(learner, only_account)
    assert log_in(browser) == 302
    assert Learner.objects.get() == learner
    assert Submission.objects.filter(learner=learner).count() == 6
    assert dict(learner.solves.values_list("challenge__slug", "at")) == {
        "counter": early.created,
        "second": Submission.objects.get(revision=only_guest).created,
        "third": third.created,
    }
    assert Solve.objects.count() == 3


def test_logging_in_without_work_changes_nothing(browser: Client, learner: Learner, revision: Revision) -> None:
    make.graded(learner, revision)
    assert log_in(browser) == 302
    assert Learner.objects.get() == learner
    assert learner.solves.count() == 1


def test_a_wrong_password_takes_nothing_over(browser: Client, learner: Learner) -> None:
    guest = guest_of(browser)
    assert log_in(browser, password="wrong") == 200
    guest.refresh_from_db()
    assert guest.is_guest
    assert browser.session[learners.SESSION_KEY] == str(guest.id)


@pytest.mark.parametrize("door", ["log in", "sign up"])
def test_the_sessions_key_changes_at_the_door(browser: Client, learner: Learner, door: str) -> None:
    guest_of(browser)
    before = browser.session.session_key
    if door == "log in":
        log_in(browser)
    else:
        sign_up(browser)
    assert browser.session.session_key != before
    # Who had planted or learned the old key has nothing.
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before or ""
    row = Submission.objects.get()
    assert thief.get(f"/api/submissions/{row.id}").status_code == 404


def test_after_logging_out_one_is_a_visitor_again(browser: Client, learner: Learner, revision: Revision) -> None:
    row = make.graded(learner, revision)
    log_in(browser)
    assert browser.get(f"/api/submissions/{row.id}").status_code == 200
    assert browser.post("/accounts/logout/").status_code == 302
    assert browser.get(f"/api/submissions/{row.id}").status_code == 404
    assert guest_of(browser) != learner


def test_logging_out_needs_more_than_a_link(browser: Client, learner: Learner) -> None:
    log_in(browser)
    browser.get("/accounts/logout/")
    assert "_auth_user_id" in browser.session


def test_a_session_cannot_name_the_learner_of_an_account(browser: Client, learner: Learner) -> None:
    session = browser.session
    session[learners.SESSION_KEY] = str(learner.id)
    session.save()
    row = make.submission(learner)
    assert browser.get(f"/api/submissions/{row.id}").status_code == 404


@pytest.mark.parametrize("kept", ["", "not-an-id", "7" * 32])
def test_a_session_that_names_nobody_is_a_visitors(browser: Client, kept: str) -> None:
    session = browser.session
    session[learners.SESSION_KEY] = kept
    session.save()
    assert browser.get("/").status_code == 200
    guest_of(browser)


def test_an_account_has_one_learner_from_its_first_page_on(browser: Client) -> None:
    user = User.objects.create_user("grace", password=make.PASSWORD)
    browser.force_login(user)
    for _ in range(2):
        assert browser.get("/challenges/").status_code == 200
    assert Learner.objects.get().user == user


def test_names(learner: Learner) -> None:
    assert str(learner) == "ada"
    guest = make.learner()
    assert str(guest) == f"Guest {guest.id.hex[:4]}"
    assert guest.is_guest
    assert not learner.is_guest

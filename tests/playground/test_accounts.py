"""Accounts: passwords guessed, changed, reset; accounts deleted; and guests, who may not fill the database."""

import re
import uuid
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from lockstep.verdicts import State, Verdict
from playground import learners, scoring, submissions
from playground.models import Help, Learner, Revision, Solve, Submission
from tests.playground import make
from tests.playground.test_learners import guest_of, log_in, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
NEW = "quite another passphrase"


@pytest.fixture
def browser() -> Client:
    return Client()


def logged_in(name: str = "ada", password: str = make.PASSWORD) -> Client:
    browser = Client()
    assert log_in(browser, name, password) == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/accounts/password/change/").status_code == 200


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


# -------------------------------------------------------------------------------------------------------- passwords


def test_guessing_one_password_ends_soon_and_hurts_nobody_else(browser: Client, learner: Learner) -> None:
    make.learner("grace")
    for _ in range(10):
        assert log_in(browser, password="wrong") == 200
    told = browser.post("/accounts/login/", {"login": "ada", "password": make.PASSWORD})
    assert told.status_code == 200
    assert "Too many failed login attempts" in text(told)
    # Wherever the next one comes from.
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert log_in(other) == 200
    assert log_in(other, "grace") == 302


def test_guessing_many_names_ends_too(browser: Client) -> None:
    answers = [text(browser.post("/accounts/login/", {"login": f"name{i}", "password": "wrong"})) for i in range(31)]
    assert ["Too many failed" in answer for answer in answers] == [False] * 30 + [True]


def test_a_header_makes_nobody_another_address(browser: Client) -> None:
    for i in range(30):
        log_in(browser, f"name{i}", "wrong")
    told = browser.post(
        "/accounts/login/", {"login": "name", "password": "wrong"}, headers={"x-forwarded-for": "192.0.2.9"}
    )
    assert "Too many failed" in text(told)


def test_changing_the_password_ends_every_other_session(learner: Learner) -> None:
    here, elsewhere = logged_in(), logged_in()
    key = here.session.session_key
    change = {"oldpassword": make.PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/accounts/password/change/", change).status_code == 302
    assert is_in(here)
    assert here.session.session_key != key
    assert not is_in(elsewhere)
    assert is_in(logged_in(password=NEW))


def reset(browser: Client, link: str) -> Any:
    form = browser.get(link, follow=True)
    assert form.status_code == 200
    return browser.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})


def test_an_operators_link_resets_a_password_once(browser: Client, learner: Learner) -> None:
    elsewhere, said = logged_in(), StringIO()
    call_command("reset_password", "ada", site="http://localhost/", stdout=said)
    link = said.getvalue().strip()
    assert link.startswith("http://localhost/accounts/password/reset/key/")
    assert reset(browser, link).status_code == 302
    assert not is_in(elsewhere)
    assert is_in(logged_in(password=NEW))
    assert "This link is used up" in text(Client().get(link, follow=True))


def test_the_operator_is_told_what_is_wrong(learner: Learner) -> None:
    with pytest.raises(CommandError, match=r"there is no account 'Ada': did you mean ada\?"):
        call_command("reset_password", "Ada")
    User.objects.filter(username="ada").update(is_active=False)
    with pytest.raises(CommandError, match=r"the account 'ada' is closed"):
        call_command("reset_password", "ada")


def test_a_reset_comes_by_mail_where_there_is_mail(browser: Client, learner: Learner, settings: Any) -> None:
    assert "This site sends no email" in text(browser.get("/accounts/password/reset/"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert 'name="email"' in text(browser.get("/accounts/password/reset/"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    User.objects.filter(username="ada").update(email="ada@example.org")
    answers = [
        browser.post("/accounts/password/reset/", {"email": address}, follow=True)
        for address in ("nobody@example.org", "ada@example.org")
    ]
    # Which does not say whether somebody has an account.
    told = [re.sub(r'(content|value)="[^"]*"', "", text(answer)) for answer in answers]
    assert told[0] == told[1]
    assert "Look into your mailbox" in told[0]
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert found
    assert reset(browser, found[1]).status_code == 302
    assert is_in(logged_in(password=NEW))


# --------------------------------------------------------------------------------------------------------- deleting


def test_a_deleted_account_leaves_nothing(learner: Learner, revision: Revision) -> None:
    make.graded(learner, revision)
    scoring.open_hint(learner, revision.challenge, 1)
    waiting = make.submission(learner)
    claim = make.claimed(waiting)
    here, elsewhere = logged_in(), logged_in()
    make.graded(make.learner("grace"), revision)
    told = here.post("/profile/delete/", {"password": make.PASSWORD}, follow=True)
    assert "Your account is deleted" in text(told)
    assert not is_in(here)
    assert not is_in(elsewhere)
    for rows in (User.objects.exclude(username="grace"), Learner.objects.exclude(user__username="grace"), Help.objects):
        assert not rows.exists()
    assert Submission.objects.count() == Solve.objects.count() == 1
    # The worker that had it has lost it.
    assert submissions.renew([claim]) == set()
    assert not submissions.finish(claim, make.outcome(Verdict.ACCEPTED))
    assert log_in(Client()) == 200


def test_without_the_password_nothing_is_deleted(learner: Learner) -> None:
    here = logged_in()
    for _ in range(11):
        assert here.post("/profile/delete/", {"password": "wrong"}).status_code == 200
    assert "Too many wrong passwords" in text(here.post("/profile/delete/", {"password": make.PASSWORD}))
    assert User.objects.filter(username="ada").exists()


def test_who_runs_the_site_is_not_deleted_by_a_click(learner: Learner) -> None:
    User.objects.update(is_staff=True)
    here = logged_in()
    answer = here.post("/profile/delete/", {"password": make.PASSWORD})
    assert "somebody else of the staff" in text(answer)
    assert User.objects.exists()


# ----------------------------------------------------------------------------------------------------------- guests


def run(browser: Client) -> Any:
    return browser.post("/api/submissions", {"kind": "run", "source": "x"}, "application/json")


def test_one_address_makes_only_so_many_guests(learner: Learner, revision: Revision, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"new_guest": "2/m/ip"}
    known = Client()
    assert [run(browser).status_code for browser in (known, Client(), Client(), known)] == [201, 201, 429, 201]
    late = Client()
    assert "too many guests have come from your address" in text(run(late))
    for path in ("/challenges/counter/hints/", "/challenges/counter/give-up/"):
        answer = late.post(path, {"number": "1"})
        assert answer.status_code == 429
        assert "Too many guests have come" in text(answer)
    assert late.post("/api/challenges/counter/give-up").status_code == 429
    assert Learner.objects.filter(user=None).count() == 2
    assert Session.objects.count() == 2
    assert run(logged_in()).status_code == 201
    assert run(Client(REMOTE_ADDR="192.0.2.7")).status_code == 201


def test_one_learner_sends_only_so_many_a_minute(learner: Learner, settings: Any) -> None:
    settings.PROGRAMS_PER_MINUTE, settings.IN_FLIGHT_PER_LEARNER = 3, 100
    for _ in range(3):
        make.submission(learner)
    with pytest.raises(submissions.TooManyError, match=r"3 programs within a minute.*: wait a moment"):
        make.submission(learner)
    Submission.objects.update(created=timezone.now() - timedelta(seconds=61))
    make.submission(learner)


def test_a_guest_has_only_so_many_and_an_account_more(browser: Client, settings: Any) -> None:
    settings.GUEST_PROGRAMS, settings.IN_FLIGHT_PER_LEARNER = 2, 100
    assert [run(browser).status_code for _ in range(3)] == [201, 201, 429]
    assert "sign up to go on" in text(run(browser))
    sign_up(browser)
    assert run(browser).status_code == 201
    assert Submission.objects.count() == 3


def seen(learner: Learner, days: float, state: State | None = State.DONE) -> Learner:
    """As if the learner had come so long ago, and sent a program then."""
    at = timezone.now() - timedelta(days=days)
    Learner.objects.filter(id=learner.id).update(created=at)
    if state is not None:
        row = make.submission(learner)
        if state == State.DONE:
            submissions.cancel(row.id)
        Submission.objects.filter(id=row.id).update(created=at)
    return learner


def left() -> set[uuid.UUID]:
    return set(Learner.objects.values_list("id", flat=True))


def test_guests_who_were_not_here_for_long_are_removed(settings: Any) -> None:
    gone = [seen(make.learner(), 31), seen(make.learner(), 31, None)]
    came_back = seen(make.learner(), 31)
    make.submission(came_back)
    kept = {
        came_back.id,
        seen(make.learner(), 29).id,
        seen(make.learner(), 29, None).id,
        seen(make.learner("ada"), 31).id,
        seen(make.learner(), 31, State.QUEUED).id,
    }
    assert learners.sweep() == len(gone)
    assert left() == kept
    assert Submission.objects.count() == 5
    assert learners.sweep() == 0


def test_of_too_many_guests_those_go_who_were_here_longest_ago(settings: Any) -> None:
    settings.GUESTS = 2
    make.learner("ada")
    seen(make.learner(), 9)
    seen(make.learner(), 7, None)
    came_back = seen(make.learner(), 10)
    seen(came_back, 3)
    last = seen(make.learner(), 5)
    assert learners.sweep() == 2
    assert left() - {Learner.objects.get(user__username="ada").id} == {came_back.id, last.id}


def test_sessions_that_have_ended_are_removed(browser: Client) -> None:
    guest_of(browser)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    guest_of(Client())
    learners.sweep()
    assert Session.objects.count() == 1

"""Hints, giving up, the explanation, and what they leave of the points."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from lockstep.verdicts import Verdict
from playground import leaderboard, learners, scoring, submissions
from playground.models import Help, Learner, Revision, Submission
from tests.playground import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

HINTS = ["Use a `Lock`.", "Hold it while you read *and* write.", "Third."]


@pytest.fixture
def revision() -> Revision:
    return make.revision(hints=HINTS, explanation="It is **torn** apart.\n", points=20)


@pytest.fixture
def browser() -> Client:
    return Client()


def opened(learner: Learner, against: Revision, count: int) -> None:
    for number in range(1, count + 1):
        scoring.open_hint(learner, against.challenge, number)


def standing(learner: Learner) -> tuple[int, list[tuple[int, int]]]:
    """The learner's points, and points and solved challenges of each row of the leaderboard."""
    return leaderboard.points(learner), [(row.points, row.solved) for row in leaderboard.page(None)[0]]


@pytest.mark.parametrize(("hints", "worth"), [(0, 20), (1, 18), (2, 16), (3, 14)])
def test_each_hint_takes_a_tenth(learner: Learner, revision: Revision, hints: int, worth: int) -> None:
    opened(learner, revision, hints)
    assert scoring.shown(learner, revision.challenge)["worth"] == worth
    make.graded(learner, revision)
    assert standing(learner) == (worth, [(worth, 1)])
    assert scoring.shown(learner, revision.challenge)["earned"] == worth


def test_hints_take_no_more_than_half(learner: Learner) -> None:
    many = make.revision("many", hints=[f"Hint {n}" for n in range(8)], points=20)
    opened(learner, many, 8)
    make.graded(learner, many)
    assert standing(learner)[0] == 10


def test_points_are_whole_for_each_challenge(learner: Learner) -> None:
    for slug in ("a", "b", "c"):
        one = make.revision(slug, hints=HINTS, points=15)
        opened(learner, one, 1)
        make.graded(learner, one)
    assert standing(learner) == (39, [(39, 3)])
    assert scoring.points(15, 9) == 13


def test_trying_costs_nothing(learner: Learner, revision: Revision) -> None:
    for _ in range(5):
        make.graded(learner, revision, Verdict.RACE)
    make.graded(learner, revision)
    assert standing(learner)[0] == 20


def test_who_gave_up_solves_it_for_nothing(learner: Learner, revision: Revision) -> None:
    scoring.give_up(learner, revision.challenge)
    make.graded(learner, revision)
    assert standing(learner) == (0, [])
    assert leaderboard.solved(learner) == {"counter"}
    assert leaderboard.page(learner) == ([], None)


def test_help_after_the_solution_costs_nothing(learner: Learner, revision: Revision) -> None:
    make.graded(learner, revision)
    opened(learner, revision, 3)
    scoring.give_up(learner, revision.challenge)
    make.graded(learner, revision)
    assert standing(learner) == (20, [(20, 1)])


def test_a_program_counts_with_the_help_there_was_when_it_was_sent(learner: Learner, revision: Revision) -> None:
    sent = make.submission(learner, revision)
    scoring.give_up(learner, revision.challenge)
    assert submissions.finish(make.claimed(sent), make.outcome())
    assert standing(learner)[0] == 20


def graded_again(row: Submission, verdict: Verdict) -> None:
    assert submissions.rejudge([row]) == 1
    assert submissions.finish(make.claimed(row), make.outcome(verdict))


def test_grading_again_moves_the_points_to_the_submission_that_now_counts(learner: Learner, revision: Revision) -> None:
    first = make.graded(learner, revision)
    opened(learner, revision, 2)
    second = make.graded(learner, revision)
    scoring.give_up(learner, revision.challenge)
    third = make.graded(learner, revision)
    assert standing(learner)[0] == 20
    graded_again(first, Verdict.RACE)
    assert standing(learner)[0] == 16
    graded_again(second, Verdict.RACE)
    assert standing(learner) == (0, [])
    assert leaderboard.solved(learner) == {"counter"}
    graded_again(third, Verdict.RACE)
    assert leaderboard.solved(learner) == set()
    graded_again(second, Verdict.ACCEPTED)
    assert standing(learner) == (16, [(16, 1)])
    graded_again(first, Verdict.ACCEPTED)
    assert standing(learner) == (20, [(20, 1)])


def test_hints_open_one_by_one(learner: Learner, revision: Revision) -> None:
    for number in (2, 0, -1, 4):
        with pytest.raises(scoring.NoSuchHintError, match="hint 1 is the next"):
            scoring.open_hint(learner, revision.challenge, number)
    opened(learner, revision, 1)
    once = Help.objects.get().hints
    scoring.open_hint(learner, revision.challenge, 1)
    assert Help.objects.get().hints == once
    scoring.open_hint(learner, revision.challenge, 2)
    scoring.open_hint(learner, revision.challenge, 3)
    with pytest.raises(scoring.NoSuchHintError, match="there is none left to open"):
        scoring.open_hint(learner, revision.challenge, 4)


def test_giving_up_twice_is_giving_up_once(learner: Learner, revision: Revision) -> None:
    first = scoring.give_up(learner, revision.challenge).gave_up
    assert scoring.give_up(learner, revision.challenge).gave_up == first


@make.committed
def test_a_double_click_opens_one_hint(learner: Learner, revision: Revision) -> None:
    make.at_once([lambda: scoring.open_hint(learner, revision.challenge, 1)] * 4)
    assert len(Help.objects.get().hints) == 1


# ------------------------------------------------------------------------------------------------ guests and accounts


def log_in(browser: Client, user: User | None) -> None:
    assert user is not None
    assert browser.post("/accounts/login/", {"login": user.username, "password": make.PASSWORD}).status_code == 302


def guest(browser: Client, *paths: str) -> Learner:
    for path in paths:
        assert browser.post(f"/api/challenges/counter/{path}").status_code == 200
    return Learner.objects.get(id=browser.session[learners.SESSION_KEY])


def test_what_a_guest_was_told_the_account_has_been_told(browser: Client, learner: Learner, revision: Revision) -> None:
    guest(browser, "hints/1", "hints/2")
    log_in(browser, learner.user)
    make.graded(learner, revision)
    assert standing(learner)[0] == 16


def test_both_ones_help_is_joined_each_at_its_earlier_time(
    browser: Client, learner: Learner, revision: Revision
) -> None:
    opened(learner, revision, 1)
    early = Help.objects.get().hints[0]
    other = guest(browser, "hints/1", "hints/2", "give-up")
    theirs = Help.objects.get(learner=other)
    log_in(browser, learner.user)
    joined = Help.objects.get()
    assert (joined.learner, joined.hints, joined.gave_up) == (learner, [early, theirs.hints[1]], theirs.gave_up)


def test_logging_in_makes_nothing_worth_less(browser: Client, learner: Learner, revision: Revision) -> None:
    guest(browser, "hints/1", "give-up")
    make.graded(learner, revision)
    log_in(browser, learner.user)
    assert standing(learner)[0] == 20


# --------------------------------------------------------------------------------------------------- pages and API


def told(browser: Client, **want: Any) -> None:
    said = browser.get("/api/challenges/counter/help").json()
    assert {name: said[name] for name in want} == want


def page(browser: Client) -> str:
    return browser.get("/challenges/counter/").content.decode()


def test_closed_hints_and_the_explanation_are_not_in_the_page(browser: Client, revision: Revision) -> None:
    shown = page(browser)
    for secret in ("Use a", "Hold it", "torn", "Explanation"):
        assert secret not in shown
    assert "Open hint 1 of 3" in shown
    assert "Solving it will then give 18 of 20 points." in shown
    told(browser, hints=[{"number": n, "text": None} for n in (1, 2, 3)], worth=20, earned=None, explanation="")
    # Looking makes nobody a guest.
    assert not Learner.objects.exists()


def test_the_forms_work_without_a_script(browser: Client, revision: Revision) -> None:
    answer = browser.post("/challenges/counter/hints/", {"number": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/challenges/counter/#help")
    shown = page(browser)
    assert "Use a <code>Lock</code>." in shown
    assert "Hold it" not in shown
    assert "Solving it now gives 18 of 20 points." in shown
    # Sent again by going back, or with nonsense.
    for number in ("1", "3", "x", ""):
        assert browser.post("/challenges/counter/hints/", {"number": number}).status_code == 302
    told(browser, worth=18)
    assert browser.post("/challenges/counter/give-up/").status_code == 302
    shown = page(browser)
    for text in ("Hold it", "Third.", "<strong>torn</strong>", "gives no points any more"):
        assert text in shown
    assert "Give up" not in shown
    told(browser, worth=0, gave_up=True, explanation="It is **torn** apart.\n")


def test_the_explanation_is_there_once_it_is_solved(browser: Client, revision: Revision, learner: Learner) -> None:
    make.graded(learner, revision)
    log_in(browser, learner.user)
    shown = page(browser)
    for text in ("<strong>torn</strong>", "You have 20 of 20 points.", "It costs nothing."):
        assert text in shown
    assert "Give up" not in shown
    told(browser, solved=True, earned=20)


def test_the_api_refuses_with_the_reason(browser: Client, revision: Revision) -> None:
    answer = browser.post("/api/challenges/counter/hints/2")
    assert (answer.status_code, answer.json()) == (409, {"message": "hint 2 cannot be opened: hint 1 is the next"})
    for method, path in (("get", "help"), ("post", "hints/1"), ("post", "give-up")):
        missing = getattr(browser, method)(f"/api/challenges/nothing/{path}")
        assert (missing.status_code, missing.json()) == (404, {"message": "there is no challenge 'nothing'"})


@pytest.mark.parametrize(
    "path",
    [
        "/challenges/counter/hints/",
        "/challenges/counter/give-up/",
        "/api/challenges/counter/hints/1",
        "/api/challenges/counter/give-up",
    ],
)
def test_another_site_cannot_open_anything(revision: Revision, path: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(path, {"number": "1"}).status_code == 403
    assert not Help.objects.exists()


def test_a_challenge_without_hints_or_explanation_still_has_a_page(browser: Client) -> None:
    make.revision(hints=[])
    assert "Solving it gives all 20 points" in page(browser)
    assert browser.post("/challenges/counter/give-up/").status_code == 302
    assert "given up on this one" in page(browser)


def test_a_new_revision_with_fewer_hints_shows_those_that_there_are(learner: Learner, revision: Revision) -> None:
    opened(learner, revision, 3)
    fewer = make.revision(hints=["Only."], points=20)
    shown = scoring.shown(learner, fewer.challenge)
    assert shown["hints"] == [{"number": 1, "text": "Only."}]
    assert shown["next"] is None


def test_the_time_is_what_counts(learner: Learner, revision: Revision) -> None:
    opened(learner, revision, 2)
    row = Help.objects.get()
    moment = datetime.fromisoformat(row.hints[1])
    assert row.hints_before(moment) == 2
    assert row.hints_before(moment - timedelta(microseconds=1)) == 1

"""The profile: what was solved and sent, and how others see a learner."""

import pytest
from django.test import Client

from lockstep.verdicts import Verdict
from playground import leaderboard
from playground.models import Learner, Revision
from tests.playground import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


@pytest.fixture
def ada(client: Client) -> Learner:
    learner = make.learner("ada")
    assert learner.user is not None
    client.force_login(learner.user)
    return learner


def test_what_was_solved_and_sent_is_listed(client: Client, ada: Learner, revision: Revision) -> None:
    make.graded(ada, revision)
    page = client.get("/profile/").content.decode()
    assert page.count(revision.title) == 2
    assert "accepted" in page


def test_a_visitor_has_a_page_without_a_form(client: Client) -> None:
    page = client.get("/profile/").content.decode()
    assert "Nobody yet" in page
    assert 'name="listed"' not in page
    # What a visitor posts changes nothing.
    assert client.post("/profile/", {"name": "eve"}).status_code == 200
    assert not Learner.objects.exists()


def test_a_display_name_is_what_others_see(client: Client, ada: Learner, revision: Revision) -> None:
    make.graded(ada, revision)
    assert client.post("/profile/", {"name": "  Countess   Ada ", "listed": "on"}).status_code == 302
    assert [row.name for row in leaderboard.page(None)[0]] == ["Countess Ada"]
    client.post("/profile/", {"name": ""})
    assert leaderboard.page(None)[0] == []


@pytest.mark.parametrize("name", ["bob", "BOB", "Robert", "ada\u202e", "a\u0007b", "x" * 41])
def test_names_that_are_taken_or_cannot_be_seen_are_refused(client: Client, ada: Learner, name: str) -> None:
    bob = make.learner("bob")
    Learner.objects.filter(id=bob.id).update(name="Robert")
    assert client.post("/profile/", {"name": name, "listed": "on"}).status_code == 200
    ada.refresh_from_db()
    assert ada.name == ""


def test_markup_in_a_name_is_text(client: Client, ada: Learner, revision: Revision) -> None:
    make.graded(ada, revision)
    client.post("/profile/", {"name": "<script>alert(1)</script>", "listed": "on"})
    for path in ("/profile/", "/leaderboard/", "/leaderboard/?part=1", "/"):
        assert "<script>alert" not in client.get(path).content.decode()


def test_home_says_where_one_is_and_what_is_next(client: Client, ada: Learner, revision: Revision) -> None:
    other = make.revision("second")
    make.graded(ada, revision)
    lesson = other.challenge.lesson
    assert lesson is not None
    assert f"Next lesson: {lesson.title}" in client.get("/").content.decode()
    client.post(f"/lessons/{lesson.slug}/read/", {"read": "yes"})
    assert f"Next: {other.title.lower()}" in client.get("/").content.decode()
    make.graded(ada, other, Verdict.RACE)
    assert f"You were at {other.title.lower()}" in client.get("/").content.decode()
    make.graded(ada, other)
    assert "You have solved everything there is" in client.get("/").content.decode()

"""Progress through the course: which lessons a learner says to have read, and what comes next."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from playground import readings
from playground.models import Learner, Lesson, Reading
from tests.playground import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


@pytest.fixture(autouse=True)
def _course() -> None:
    """Threads with one challenge, then locks with none, then queues with one."""
    for order, slug in enumerate(("threads", "locks", "queues"), start=1):
        Lesson.objects.create(slug=slug, title=slug.title(), order=order, body="# Text", summary=f"About {slug}.")
    make.revision("counter", lesson="threads", order=1, title="Counter")
    make.revision("pipeline", lesson="queues", order=2, title="Pipeline")


def says(client: Client, lesson: str, read: str = "yes") -> str:
    answer = client.post(f"/lessons/{lesson}/read/", {"read": read})
    assert answer.status_code == 302
    return str(answer["location"])


def headline(client: Client) -> str:
    page = client.get("/").content.decode()
    return page[page.index("<h1>") + 4 : page.index("</h1>")]


def test_read_leads_on_and_the_last_one_home(client: Client) -> None:
    assert says(client, "threads") == "/lessons/locks/"
    assert says(client, "queues") == "/"
    assert says(client, "threads") == "/lessons/locks/"
    assert Reading.objects.count() == 2


def test_what_is_taken_back_is_not_read(client: Client) -> None:
    says(client, "threads")
    assert "You have read this lesson." in client.get("/lessons/threads/").content.decode()
    assert says(client, "threads", "no") == "/lessons/threads/#end"
    assert says(client, "threads", "no") == "/lessons/threads/#end"
    assert "You have read this lesson." not in client.get("/lessons/threads/").content.decode()
    assert not Reading.objects.exists()


def test_the_lists_say_which_are_read(client: Client) -> None:
    for path in ("/", "/lessons/"):
        assert "</svg>Read" not in client.get(path).content.decode()
    says(client, "locks")
    for path in ("/", "/lessons/"):
        assert client.get(path).content.decode().count("</svg>Read") == 1
    assert "1 of 3 lessons read" in client.get("/").content.decode()


def test_home_says_what_is_next(client: Client) -> None:
    client.force_login(User.objects.create_user("ada"))
    learner = Learner.objects.create(user=User.objects.get())
    assert "once you have seen it break" in headline(client)
    says(client, "locks")
    assert headline(client) == "Next lesson: Threads."
    says(client, "threads")
    assert headline(client) == "Next: counter."
    make.graded(learner, make.revision("counter", lesson="threads", order=1, title="Counter"))
    assert headline(client) == "Next lesson: Queues."
    # Whoever can do what a lesson is for need not read it.
    make.graded(learner, make.revision("pipeline", lesson="queues", order=2, title="Pipeline"))
    assert headline(client) == "You have solved everything there is."


def test_what_a_guest_has_read_goes_along(client: Client) -> None:
    says(client, "threads")
    says(client, "locks")
    guest, ada = Learner.objects.get(), make.learner("ada")
    lesson = Lesson.objects.get(slug="threads")
    readings.mark(ada, lesson, read=True)
    client.post("/accounts/login/", {"login": "ada", "password": make.PASSWORD})
    assert not Learner.objects.filter(id=guest.id).exists()
    assert readings.of(ada) == {lesson.id, Lesson.objects.get(slug="locks").id}


def test_a_lesson_that_is_not_there_cannot_be_read(client: Client) -> None:
    assert client.post("/lessons/nothing/read/", {"read": "yes"}).status_code == 404
    assert client.get("/lessons/threads/read/").status_code == 405
    assert not Learner.objects.exists()

"""The pages: every address for everybody, what is unknown, and that nothing anybody wrote is run."""

import uuid

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lockstep.verdicts import Verdict
from playground import submissions
from playground.models import Learner, Lesson, Revision
from tests.playground import make
from tests.playground.answer import Answer
from tests.playground.conftest import Broker
from tests.playground.test_learners import guest_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
PAGES = (
    "/",
    "/lessons/",
    "/lessons/threads/",
    "/challenges/",
    "/challenges/counter/",
    "/play/",
    "/leaderboard/",
    "/accounts/login/",
    "/accounts/signup/",
)
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def account(client: Client, learner: Learner) -> Client:
    client.force_login(User.objects.get(learner=learner))
    return client


def text(answer: Answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_a_visitor_and_a_guest(client: Client, revision: Revision, path: str) -> None:
    assert client.get(path).status_code == 200
    guest = guest_of(client)
    make.graded(guest, revision)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "<title>" in text(answer)


@pytest.mark.parametrize("path", PAGES[:7])
def test_every_page_answers_an_account(account: Client, learner: Learner, revision: Revision, path: str) -> None:
    make.graded(learner, revision)
    answer = account.get(path)
    assert answer.status_code == 200
    assert "ada" in text(answer)


@pytest.mark.parametrize("path", PAGES[:7])
def test_every_page_answers_before_there_is_a_course(client: Client, path: str) -> None:
    assert client.get(path).status_code == (404 if path.endswith(("threads/", "counter/")) else 200)


@pytest.mark.parametrize(
    "path", ["/lessons/nothing/", "/challenges/nothing/", f"/submissions/{uuid.UUID(int=1)}/", "/nothing", "/play/x"]
)
def test_what_is_unknown_is_404(client: Client, revision: Revision, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<title>" in text(answer)


def test_a_challenge_without_a_published_revision_is_unknown(client: Client, revision: Revision) -> None:
    hidden = make.revision("draft").challenge
    hidden.current = None
    hidden.save()
    assert client.get("/challenges/draft/").status_code == 404
    assert "draft" not in text(client.get("/challenges/"))


@pytest.mark.parametrize("path", PAGES[:7])
def test_pages_are_only_read(client: Client, revision: Revision, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", [*PAGES, "/nothing", "/admin/login/"])
def test_no_page_may_run_what_somebody_wrote_into_it(client: Client, revision: Revision, path: str) -> None:
    answer = client.get(path)
    policy = answer["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    page = text(answer)
    assert "<script>" not in page
    assert " onclick=" not in page
    assert "javascript:" not in page
    assert answer["x-content-type-options"] == "nosniff"


def test_source_output_and_messages_are_shown_as_text(client: Client, revision: Revision) -> None:
    guest = guest_of(client)
    test = make.result(0, Verdict.RUNTIME_ERROR, name=EVIL, message=EVIL, detail=EVIL)
    row = make.submission(guest, revision, source=f"# </script>{EVIL}\n")
    submissions.finish(
        make.claimed(row),
        make.outcome(Verdict.RUNTIME_ERROR, message=EVIL, tests=[test], output=[make.piece(EVIL, thread=EVIL)]),
    )
    for path in (f"/submissions/{row.id}/", "/challenges/counter/"):
        page = text(client.get(path))
        assert "<script>alert" not in page
        assert "alert(1)" in page


def test_markdown_is_cleaned(client: Client) -> None:
    body = (
        f"{EVIL}\n\n[click](javascript:alert(2)) <img src=x onerror=alert(3)>\n\n![x](javascript:alert(4))\n\n"
        f"```python run\n{EVIL}\n```\n\n```{EVIL}\nx\n```\n\n<a href='data:text/html,{EVIL}'>x</a>\n"
    )
    Lesson.objects.create(slug="evil", title=EVIL, summary=EVIL, order=1, body=body)
    make.revision(statement=body, title="A <b>title</b>", hints=[EVIL], tags=[EVIL])
    for path in ("/lessons/evil/", "/challenges/counter/", "/lessons/", "/challenges/", "/"):
        page = text(client.get(path))
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page
        assert 'href="javascript' not in page
        assert 'src="javascript' not in page
        assert 'href="data' not in page
        assert "<b>title</b>" not in page


def test_a_name_is_shown_as_text(client: Client, revision: Revision) -> None:
    learner = make.learner(EVIL)
    make.graded(learner, revision)
    client.force_login(User.objects.get(learner=learner))
    for path in PAGES[:7]:
        assert "<script>alert" not in text(client.get(path)), path


def test_a_lesson_has_cells_to_run_and_its_challenges(client: Client, revision: Revision) -> None:
    Lesson.objects.filter(slug="threads").update(body="```python run\nprint(1)\n```\n\n```python\nx\n```\n")
    page = text(client.get("/lessons/threads/"))
    assert page.count("data-cell=") == 1
    assert "/challenges/counter/" in page


def test_lessons_lead_to_the_next_and_the_one_before(client: Client) -> None:
    for order, slug in ((3, "locks"), (1, "start"), (2, "threads")):
        Lesson.objects.create(slug=slug, title=slug, order=order)
    page = text(client.get("/lessons/threads/"))
    assert "/lessons/start/" in page
    assert "/lessons/locks/" in page
    assert client.get("/lessons/start/").status_code == client.get("/lessons/locks/").status_code == 200


def test_ones_own_submission_is_shown_and_nobody_elses(client: Client, learner: Learner, revision: Revision) -> None:
    row = make.graded(learner, revision, Verdict.DEADLOCK, message="A waits for B")
    assert client.get(f"/submissions/{row.id}/").status_code == 404
    client.force_login(User.objects.get(learner=learner))
    page = text(client.get(f"/submissions/{row.id}/"))
    assert "Deadlock" in page
    assert "A waits for B" in page


def test_what_was_sent_last_is_there_again(client: Client, revision: Revision) -> None:
    guest = guest_of(client)
    make.submission(guest, revision, source="first = 1\n")
    make.submission(guest, revision, source="second = 2\n")
    page = text(client.get("/challenges/counter/"))
    assert "second = 2" in page
    assert "first = 1" not in page


@pytest.mark.parametrize("path", ["/", "/challenges/", "/lessons/", "/lessons/threads/", "/challenges/counter/"])
def test_more_challenges_and_submissions_cost_no_more_queries(client: Client, revision: Revision, path: str) -> None:
    guest = guest_of(client)
    make.graded(guest, revision)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(path)
    for i in range(5):
        make.graded(guest, make.revision(f"more-{i}"))
        make.graded(guest, revision)
        Lesson.objects.create(slug=f"more-{i}", title="More", order=10 + i)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few)


def test_health(client: Client) -> None:
    assert text(client.get("/healthz")) == "ok"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "problems": {}}


def test_without_the_broker_it_lives_and_is_not_ready_and_pages_answer(
    client: Client, revision: Revision, broker: Broker
) -> None:
    broker.kill()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["problems"]) == ["broker"]
    for path in PAGES:
        assert client.get(path).status_code == 200
    assert client.post("/api/submissions", {"kind": "run", "source": "x"}, "application/json").status_code == 201

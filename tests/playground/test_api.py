"""The HTTP API: every answer with its message, and nobody's work but one's own."""

import json
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from lockstep.verdicts import State, Verdict
from playground import submissions
from playground.models import Learner, Revision, Submission
from playground.models.submission import Kind
from tests.playground import make
from tests.playground.answer import Answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


class Browser(Client):
    """A browser that sends the CSRF token as our pages do."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)

    def ask(self, path: str, body: Any = None, **headers: str) -> Answer:
        self.get("/play/")
        token = self.cookies["csrftoken"].value
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        answer: Answer = self.post(
            f"/api/{path}", data, content_type="application/json", headers={"x-csrftoken": token, **headers}
        )
        return answer

    def submit(self, **given: Any) -> Answer:
        return self.ask("submissions", {"kind": "run", "source": "x = 1\n", **given})


@pytest.fixture
def guest() -> Browser:
    return Browser()


@pytest.fixture
def ada(learner: Learner) -> Browser:
    browser = Browser()
    assert learner.user
    browser.force_login(learner.user)
    return browser


def message(answer: Answer) -> str:
    assert answer["content-type"].startswith("application/json")
    said: str = json.loads(answer.content)["message"]
    return said


def test_a_run_is_queued_and_its_socket_named(guest: Browser) -> None:
    answer = guest.submit(stdin="in")
    assert answer.status_code == 201
    row = Submission.objects.get()
    assert json.loads(answer.content) == {
        "id": str(row.id),
        "state": "queued",
        "socket": f"/ws/submissions/{row.id}/",
    }
    assert (row.kind, row.source, row.stdin, row.revision) == ("run", "x = 1\n", "in", None)


def test_a_submission_is_against_the_published_revision(ada: Browser, learner: Learner, revision: Revision) -> None:
    assert ada.submit(kind="submit", challenge="counter").status_code == 201
    row = Submission.objects.get()
    assert (row.kind, row.revision, row.learner) == ("submit", revision, learner)


def test_an_exploration_keeps_its_input_and_schedule(guest: Browser) -> None:
    assert guest.submit(kind="explore", stdin="in", schedule="313.1w2.5:2-9:1").status_code == 201
    row = Submission.objects.get()
    assert (row.kind, row.stdin, row.schedule, row.revision) == ("explore", "in", "313.1w2.5:2-9:1", None)


def test_what_an_exploration_found_is_read_again(ada: Browser, learner: Learner) -> None:
    row = submissions.submit(learner, Kind.EXPLORE, "x = 1\n")
    report = {"outcomes": [{"output": "a\0b"}], "finding": None}
    assert submissions.finish(make.claimed(row), make.outcome(None, report=report))
    found = json.loads(ada.get(f"/api/submissions/{row.id}").content)
    assert (found["kind"], found["verdict"]) == ("explore", None)
    assert found["report"] == {"outcomes": [{"output": "a\N{SYMBOL FOR NULL}b"}], "finding": None}


def test_a_finding_is_shown_of_a_visible_test_only(ada: Browser, learner: Learner, revision: Revision) -> None:
    tests = [make.result(0, Verdict.RACE, finding={"steps": 9}), make.result(1, Verdict.RACE, visible=False)]
    tests[1] = replace(tests[1], finding={"steps": 9})
    row = make.graded(learner, revision, Verdict.RACE, tests=tests)
    found = json.loads(ada.get(f"/api/submissions/{row.id}").content)
    assert [test["finding"] for test in found["tests"]] == [{"steps": 9}, None]


def test_a_run_may_belong_to_a_challenge(ada: Browser, revision: Revision) -> None:
    assert ada.submit(challenge="counter").status_code == 201
    assert Submission.objects.get().revision == revision


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"kind": "submit"}, 400, "a submission needs the slug of its challenge"),
        ({"kind": "submit", "challenge": "nothing"}, 404, "there is no challenge 'nothing'"),
        ({"challenge": "nothing"}, 404, "there is no challenge 'nothing'"),
        ({"source": ""}, 400, "the source is empty: write some code first"),
        ({"source": "x\n\0"}, 400, "a NUL character in line 2"),
        ({"source": "x" * 65_537}, 413, "65,537 bytes, 65,536 are allowed"),
        ({"source": "ü" * 40_000}, 413, "80,000 bytes, 65,536 are allowed"),
        ({"stdin": "x" * 65_537}, 413, "the input has 65,537 characters, 65,536 are allowed"),
        ({"stdin": "\0"}, 400, "the input holds a NUL character: remove it"),
        ({"schedule": "313.0."}, 400, "a schedule is for kind explore, not for run"),
        ({"kind": "explore", "interpreter": "freethreaded"}, 400, "an interpreter is for kind run, not for explore"),
        ({"interpreter": "freethreaded"}, 400, "there is no free-threaded Python here"),
        ({"kind": "explore", "schedule": "left, right"}, 400, "'left, right' is not a schedule: copy the whole text"),
        ({"kind": "explore", "schedule": "313.0." + "1" * 50_000}, 400, "is not a schedule"),
        ({"kind": "delete"}, 422, "kind: "),
        ({"source": None}, 422, "source: "),
        ({"source": 7}, 422, "source: "),
        ({"challenge": 7}, 422, "challenge: "),
        ({"stdin": ["a"]}, 422, "stdin: "),
    ],
)
def test_what_is_refused_is_said_and_leaves_nothing(
    guest: Browser, given: dict[str, Any], status: int, said: str
) -> None:
    answer = guest.submit(**given)
    assert answer.status_code == status
    assert said in message(answer)
    assert not Submission.objects.exists()
    assert not Learner.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize("source", ['"\\ud800"', '"\\udfff"'])
def test_a_lone_surrogate_is_refused(guest: Browser, source: str) -> None:
    answer = guest.ask("submissions", f'{{"kind": "run", "source": {source}}}')
    assert answer.status_code in (400, 422)
    assert message(answer)


@pytest.mark.parametrize("body", ["", "{", "[]", "7", b"\xff", '{"kind": "run"}'])
def test_what_is_no_request_is_refused(guest: Browser, body: str | bytes) -> None:
    answer = guest.ask("submissions", body)
    assert answer.status_code in (400, 422)
    assert message(answer)


def test_a_body_that_is_far_too_long_is_refused(guest: Browser) -> None:
    answer = guest.submit(source="x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    assert answer.status_code == 413
    assert "more than 1,048,576 bytes" in message(answer)


def test_too_many_at_once_are_refused_with_what_to_do(guest: Browser) -> None:
    for _ in range(settings.IN_FLIGHT_PER_LEARNER):
        assert guest.submit().status_code == 201
    answer = guest.submit()
    assert answer.status_code == 429
    assert "wait for one to end, or stop it" in message(answer)


def test_without_the_token_of_our_pages_nothing_is_changed(ada: Browser, learner: Learner) -> None:
    row = make.submission(learner)
    for path in ("submissions", f"submissions/{row.id}/stop"):
        answer: Answer = ada.post(f"/api/{path}", {"kind": "run", "source": "x"}, content_type="application/json")
        assert answer.status_code == 403
        assert "reload the page" in message(answer)
    assert Submission.objects.get().state == State.QUEUED


def test_a_visitor_becomes_a_guest_with_the_first_submission(guest: Browser) -> None:
    for path in ("/", "/play/", "/challenges/", f"/api/submissions/{uuid.uuid4()}"):
        guest.get(path)
    assert not Learner.objects.exists()
    guest.submit()
    guest.submit()
    assert Learner.objects.get().is_guest
    assert Submission.objects.count() == 2


def test_one_reads_ones_own(ada: Browser, learner: Learner, revision: Revision) -> None:
    tests = [make.result(0, line=7), make.result(1, Verdict.RACE)]
    row = make.graded(learner, revision, Verdict.RACE, message="it raced", tests=tests, output=[make.piece("hi")])
    answer = ada.get(f"/api/submissions/{row.id}")
    assert answer.status_code == 200
    told = json.loads(answer.content)
    assert told["created"]
    assert {name: told[name] for name in ("id", "kind", "challenge", "state", "verdict", "label", "message")} == {
        "id": str(row.id),
        "kind": "submit",
        "challenge": "counter",
        "state": "done",
        "verdict": "RACE",
        "label": "Race",
        "message": "it raced",
    }
    assert [(test["name"], test["verdict"], test["line"]) for test in told["tests"]] == [
        ("Test 0", "ACCEPTED", 7),
        ("Test 1", "RACE", 3),
    ]
    assert told["output"] == [make.piece("hi")]
    assert told["source"] == row.source


def test_a_run_that_ended_by_itself_has_no_verdict(ada: Browser, learner: Learner) -> None:
    row = make.submission(learner)
    submissions.finish(make.claimed(row), make.outcome(None))
    told = json.loads(ada.get(f"/api/submissions/{row.id}").content)
    assert (told["verdict"], told["label"], told["challenge"], told["state"]) == (None, None, None, "done")


def test_one_stops_ones_own(ada: Browser, learner: Learner) -> None:
    row = make.submission(learner)
    for _ in range(2):
        answer = ada.ask(f"submissions/{row.id}/stop")
        assert answer.status_code == 200
        assert json.loads(answer.content)["verdict"] == "CANCELLED"


def test_what_is_done_is_not_stopped(ada: Browser, learner: Learner, revision: Revision) -> None:
    row = make.graded(learner, revision)
    assert json.loads(ada.ask(f"submissions/{row.id}/stop").content)["verdict"] == "ACCEPTED"


def test_nobody_reads_or_stops_what_is_anothers(guest: Browser, ada: Browser, learner: Learner) -> None:
    assert guest.submit().status_code == 201
    of_guest = Submission.objects.get()
    of_ada = make.submission(learner)
    for browser, row in ((guest, of_ada), (ada, of_guest), (Browser(), of_ada), (Browser(), of_guest)):
        for answer in (browser.get(f"/api/submissions/{row.id}"), browser.ask(f"submissions/{row.id}/stop")):
            assert answer.status_code == 404
            assert message(answer) == "there is no such submission of yours"
    # Which says no more than of one that is not there.
    unknown = ada.get(f"/api/submissions/{uuid.uuid4()}")
    assert (unknown.status_code, message(unknown)) == (404, "there is no such submission of yours")
    assert set(Submission.objects.values_list("state", flat=True)) == {State.QUEUED}


@pytest.mark.parametrize("path", ["submissions/7", "submissions/not-an-id/stop", "nothing"])
def test_what_has_no_address_is_404(ada: Browser, path: str) -> None:
    assert ada.get(f"/api/{path}").status_code == 404


def test_what_a_method_cannot_do_is_405(ada: Browser, learner: Learner) -> None:
    row = make.submission(learner)
    assert ada.get("/api/submissions").status_code == 405
    assert ada.get(f"/api/submissions/{row.id}/stop").status_code == 405
    assert ada.ask(f"submissions/{row.id}").status_code == 405


def test_hidden_tests_keep_their_secrets(ada: Browser, learner: Learner, revision: Revision) -> None:
    secret = make.result(0, Verdict.RACE, visible=False, detail="SECRET", schedule="SECRET")
    seen = make.result(1, Verdict.RACE, detail="seen detail", schedule="0 1")
    row = make.graded(learner, revision, Verdict.RACE, tests=[secret, seen])
    for path in (f"/api/submissions/{row.id}", f"/submissions/{row.id}/", "/challenges/counter/"):
        assert b"SECRET" not in ada.get(path).content
    told = json.loads(ada.get(f"/api/submissions/{row.id}").content)["tests"]
    assert [(test["detail"], test["schedule"]) for test in told] == [("", None), ("seen detail", "0 1")]


def test_what_only_the_checker_may_know_is_nowhere(ada: Browser, learner: Learner) -> None:
    revision = make.revision(
        checks="# CHECKS-SECRET\n", solutions={"right.py": "# verdict: ACCEPTED\n# SOLUTION-SECRET\n"}
    )
    row = make.graded(learner, revision)
    paths = ("/", "/challenges/", "/challenges/counter/", "/lessons/threads/", "/leaderboard/")
    for path in (*paths, f"/submissions/{row.id}/", f"/api/submissions/{row.id}"):
        body = ada.get(path).content
        assert b"SECRET" not in body, path

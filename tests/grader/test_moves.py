"""Moves of somebody who is the scheduler: asked over the API, worked out by a worker, kept nowhere."""

import base64
import json
from typing import Any

import pytest
import redis
from django.conf import settings
from django.test import Client

from playground import learners, moves, packs, streams
from playground.models import Challenge, Learner, Submission
from tests.grader.conftest import worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]
SOURCE = """import threading
n = 0
def increment():
    global n
    n += 1
threads = [threading.Thread(target=increment, name=name) for name in ("left", "right")]
for t in threads: t.start()
for t in threads: t.join()
print(n)
"""


def ask(client: Client, **given: Any) -> Any:
    answer = client.post("/api/moves", json.dumps({"source": SOURCE, **given}), content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def test_a_move_is_answered_and_leaves_nothing(client: Client) -> None:
    with worker("local"):
        status, first = ask(client)
        assert status == 200, first
        position = first["move"]["position"]
        assert [each["name"] for each in position["threads"]] == ["MainThread", "left"]
        schedule = f"{first['move']['trace']['schedule']}{position['step']}:1"
        status, second = ask(client, schedule=schedule, until=position["step"] + 1)
        assert [each["value"] for each in second["move"]["trace"]["events"] if each["what"] == "n"] == ["0"]
        _, broken = ask(client, source="def f(:\n")
        assert broken["move"] is None
        assert "SyntaxError" in broken["problem"]
    assert not Submission.objects.exists()
    assert list(streams.client().scan_iter("lockstep:move:*")) == []


def test_a_learners_moves_share_a_sandbox_and_what_solves_a_level_does_not(
    client: Client, monkeypatch: pytest.MonkeyPatch, valkey: redis.Redis
) -> None:
    packs.load(settings.CONTENT)
    level = Challenge.objects.filter(current__level__isnull=False)[0]
    learner = Learner.objects.create()
    session = client.session
    session[learners.SESSION_KEY] = str(learner.id)
    session.save()
    monkeypatch.setattr(moves, "PATIENCE_SECONDS", 0)

    def whose() -> str:
        message = json.loads(valkey.lpop("lockstep:interactive"))  # type: ignore[arg-type]
        return str(json.loads(base64.b64decode(message["body"]))[0][2])

    assert ask(client)[0] == 503
    assert whose() == str(learner.id)
    tried = client.post(f"/api/levels/{level.slug}", json.dumps({"schedule": ""}), content_type="application/json")
    assert tried.status_code == 503
    assert whose() == ""


def test_nobody_waits_for_ever(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "PATIENCE_SECONDS", 1)
    status, said = ask(client)
    assert (status, "no worker was free" in said["message"]) == (503, True)


def test_a_visitor_who_got_no_answer_is_no_guest(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "PATIENCE_SECONDS", 0)
    assert ask(client)[0] == 503
    assert not Learner.objects.exists()
    assert learners.SESSION_KEY not in client.session


def test_moves_have_a_rate(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = Learner.objects.create()
    session = client.session
    session[learners.SESSION_KEY] = str(learner.id)
    session.save()
    monkeypatch.setattr(moves, "PATIENCE_SECONDS", 0)
    settings.MOVES_PER_MINUTE = 1
    assert [ask(client)[0] for _ in range(2)] == [503, 429]


@pytest.mark.parametrize(
    ("given", "status"),
    [({"schedule": "nonsense"}, 400), ({"stdin": "\0"}, 400), ({"source": "x" * 10_000_000}, 413), ({"until": 0}, 422)],
)
def test_what_is_no_move_is_refused(client: Client, given: dict[str, Any], status: int) -> None:
    assert ask(client, **given)[0] == status

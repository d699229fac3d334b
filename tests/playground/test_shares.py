"""Programs and interleavings shared by a link."""

import json
from typing import Any

import pytest
from django.test import Client

from playground import shares
from playground.models import Learner, Share, Submission
from tests.playground import make
from tests.playground.test_learners import guest_of, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
SCHEDULE = "313.1w2.5:2-9:1"


@pytest.fixture
def browser() -> Client:
    return Client()


def share(browser: Client, **given: Any) -> Any:
    return browser.post("/api/shares", {"source": "x = 1\n", **given}, "application/json")


def page_of(browser: Client, path: str) -> Any:
    answer = browser.get(path)
    assert answer.status_code == 200
    return json.loads(answer.content.decode().split('id="page" type="application/json">')[1].split("</script>")[0])


def test_anybody_reads_what_is_shared_and_nobody_is_made_a_guest_by_it(browser: Client) -> None:
    told = share(browser, source="print('</script>')\n", stdin="\nin", schedule=SCHEDULE).json()
    assert told["path"] == f"/s/{told['key']}/"
    other = Client()
    page = page_of(other, told["path"])
    assert (page["starter"], page["stdin"], page["schedule"]) == ("print('</script>')\n", "\nin", SCHEDULE)
    assert other.get(told["path"])["x-robots-tag"] == "noindex"
    assert Learner.objects.count() == 1
    assert b"Withdraw" in browser.get(told["path"]).content
    assert b"Withdraw" not in other.get(told["path"]).content


def test_keys_cannot_be_guessed(browser: Client) -> None:
    keys = {share(browser, source=f"x = {i}\n").json()["key"] for i in range(20)}
    assert len(keys) == 20
    assert {len(key) for key in keys} == {22}


def test_the_same_is_shared_once(browser: Client) -> None:
    first = share(browser).json()
    assert share(browser).json() == first
    assert share(browser, schedule=SCHEDULE).json() != first
    assert share(Client()).json() != first
    assert Share.objects.count() == 3


def test_it_is_a_copy(browser: Client) -> None:
    guest = guest_of(browser)
    path = share(browser).json()["path"]
    guest.submissions.all().delete()
    assert page_of(Client(), path)["starter"] == "x = 1\n"


def test_what_is_withdrawn_is_gone_for_all(browser: Client) -> None:
    told = share(browser).json()
    assert told["key"] in browser.get("/profile/").content.decode()
    answer = browser.post(f"{told['path']}withdraw/", follow=True)
    assert "The link is withdrawn" in answer.content.decode()
    for who in (browser, Client()):
        gone = who.get(told["path"])
        assert gone.status_code == 404
        assert "has withdrawn the link" in gone.content.decode()
    assert browser.post(f"{told['path']}withdraw/").status_code == 404


def test_links_come_along_to_an_account(browser: Client, learner: Learner) -> None:
    path = share(browser).json()["path"]
    assert log_in(browser) == 302
    assert Share.objects.get().learner == learner
    assert page_of(Client(), path)["starter"] == "x = 1\n"


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"source": ""}, 400, "the source is empty"),
        ({"source": "x" * 65_537}, 413, "65,536 are allowed"),
        ({"stdin": "x" * 65_537}, 413, "the input has 65,537 characters"),
        ({"stdin": "\0"}, 400, "NUL"),
        ({"schedule": "left, right"}, 400, "is not a schedule"),
        ({"source": None}, 422, "source: "),
    ],
)
def test_what_is_refused_is_said_and_leaves_nothing(
    browser: Client, given: dict[str, Any], status: int, said: str
) -> None:
    answer = share(browser, **given)
    assert answer.status_code == status
    assert said in answer.json()["message"]
    assert not Share.objects.exists()
    assert not Learner.objects.exists()


def test_there_are_only_so_many(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "MOST", 2)
    answers = [share(browser, source=f"x = {i}\n") for i in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert "withdraw one on your profile" in answers[2].json()["message"]
    assert share(browser, source="x = 1\n").status_code == 201


def test_without_the_token_of_our_pages_nothing_is_shared(learner: Learner) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert share(browser).status_code == 403
    made = shares.share(make.learner(), "x = 1\n")
    assert browser.post(f"/s/{made.key}/withdraw/").status_code == 403
    assert Share.objects.get() == made


def test_sharing_runs_nothing(browser: Client) -> None:
    path = share(browser, schedule=SCHEDULE).json()["path"]
    Client().get(path)
    assert not Submission.objects.exists()

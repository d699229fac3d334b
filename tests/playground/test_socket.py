"""The socket of a submission, through the whole application as a browser reaches it."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import User
from django.test import Client

from config.asgi import application
from lockstep.verdicts import Verdict
from playground import live, submissions
from playground.learners import SESSION_KEY
from playground.models import Learner, Revision
from playground.streams import StreamWriter
from tests.playground import make
from tests.playground.test_follow import BATCHES, TOLD, finished, out, until

pytestmark = [make.committed, pytest.mark.usefixtures("valkey")]
PATIENCE = 20
HOST = "localhost"


@pytest.fixture(autouse=True)
async def _connections_closed() -> AsyncIterator[None]:
    yield
    await live.reader()._redis.aclose()


def signed_in(learner: Learner) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(learner=learner))
    return browser


def as_guest(learner: Learner) -> Client:
    browser = Client()
    session = browser.session
    session[SESSION_KEY] = str(learner.id)
    session.save()
    return browser


class Socket:
    """One WebSocket of a browser."""

    def __init__(
        self,
        submission: object,
        browser: Client | None = None,
        after: str = "",
        origin: str = f"http://{HOST}",
        path: str = "",
    ) -> None:
        headers = [(b"host", HOST.encode()), (b"origin", origin.encode())]
        if browser:
            cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
            headers.append((b"cookie", cookie.encode()))
        self._link: Any = ApplicationCommunicator(  # type: ignore[no-untyped-call]
            application,
            {
                "type": "websocket",
                "path": path or f"/ws/submissions/{submission}/",
                "query_string": urlencode({"after": after} if after else {}).encode(),
                "headers": headers,
                "subprotocols": [],
            },
        )

    async def connect(self) -> dict[str, Any]:
        """The application's answer to the wish to connect."""
        await self.send("websocket.connect")
        answer: dict[str, Any] = await self._link.receive_output(PATIENCE)
        return answer

    async def open(self) -> "Socket":
        assert (await self.connect())["type"] == "websocket.accept"
        return self

    async def send(self, kind: str, **said: object) -> None:
        await self._link.send_input({"type": kind, **said})

    async def message(self) -> dict[str, Any]:
        said = await self._link.receive_output(PATIENCE)
        assert said["type"] == "websocket.send", said
        found: dict[str, Any] = json.loads(said["text"])
        return found

    async def messages(self) -> tuple[list[dict[str, Any]], int]:
        """Everything until it is closed, and the code with which it was."""
        found = []
        while (said := await self._link.receive_output(PATIENCE))["type"] != "websocket.close":
            found.append(json.loads(said["text"]))
        await self.leave()
        return found, said["code"]

    async def leave(self) -> None:
        await self.send("websocket.disconnect", code=1001)
        await self._link.wait(PATIENCE)


def shown(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for message in messages for event in message["events"] if event["type"] != "queued"]


async def test_the_own_submission_is_told_to_its_end_and_closed_normally(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    socket = await Socket(row.id, await asyncio.to_thread(signed_in, learner)).open()
    assert (await socket.message())["events"][0]["type"] == "queued"
    await asyncio.to_thread(finished, row, BATCHES)
    messages, code = await socket.messages()
    assert shown(messages)[:-1] == TOLD
    assert shown(messages)[-1]["type"] == "done"
    assert code == 1000


async def test_a_guest_is_known_by_the_session(db: None) -> None:
    guest = await asyncio.to_thread(make.learner)
    row = await asyncio.to_thread(make.submission, guest)
    await asyncio.to_thread(finished, row, BATCHES)
    messages, code = await (await Socket(row.id, await asyncio.to_thread(as_guest, guest)).open()).messages()
    assert shown(messages)[:-1] == TOLD
    assert code == 1000


async def test_what_is_somebody_elses_is_as_unknown_as_what_is_not_there(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    other = await asyncio.to_thread(signed_in, await asyncio.to_thread(make.learner, "eve"))
    guest = await asyncio.to_thread(as_guest, await asyncio.to_thread(make.learner))
    forged = await asyncio.to_thread(as_guest, learner)
    for submission, browser in [
        (row.id, other),
        (row.id, guest),
        (row.id, None),
        (row.id, forged),
        (uuid.uuid4(), other),
        (uuid.uuid4(), None),
    ]:
        assert await (await Socket(submission, browser).open()).messages() == ([], 4404)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost.evil.example"])
async def test_a_page_of_another_site_is_refused(learner: Learner, origin: str) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    socket = Socket(row.id, await asyncio.to_thread(signed_in, learner), origin=origin)
    assert (await socket.connect())["type"] == "websocket.close"


async def test_a_new_connection_goes_on_after_the_last_cursor(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    browser = await asyncio.to_thread(signed_in, learner)
    claim = await asyncio.to_thread(make.claimed, row)
    seen: list[dict[str, Any]] = []
    with StreamWriter(claim.submission, claim.attempt) as writer:
        for letter in "abc":
            writer.append(out(letter))
            cursor = seen[-1]["cursor"] if seen else ""
            socket = await Socket(row.id, browser, after=cursor).open()
            seen.append(await socket.message())
            await socket.leave()
    await asyncio.to_thread(submissions.finish, claim, make.outcome(Verdict.ACCEPTED))
    rest, code = await (await Socket(row.id, browser, after=seen[-1]["cursor"]).open()).messages()
    assert [event["text"] for event in shown(seen)] == ["a", "b", "c"]
    assert [event["type"] for event in shown(rest)] == ["done"]
    assert code == 1000


async def test_what_a_browser_sends_is_not_listened_to(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    socket = await Socket(row.id, await asyncio.to_thread(signed_in, learner)).open()
    await socket.message()
    await socket.send("websocket.receive", text='{"type": "stop"}')
    await socket.send("websocket.receive", text="no JSON")
    await socket.send("websocket.receive", bytes=b"\xff\x00")
    await asyncio.to_thread(finished, row, BATCHES)
    messages, code = await socket.messages()
    assert shown(messages)[:-1] == TOLD
    assert code == 1000


async def test_a_browser_that_leaves_leaves_nothing_behind(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    browser = await asyncio.to_thread(signed_in, learner)
    before = asyncio.all_tasks()
    for _ in range(3):
        socket = await Socket(row.id, browser).open()
        await socket.message()
        await socket.leave()
    await until("no task is left", lambda: asyncio.all_tasks() <= before)


async def test_a_fault_of_ours_asks_the_browser_to_come_again(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    await asyncio.to_thread(finished, row, BATCHES)

    def broken(*_: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(live, "ended", broken)
    _, code = await (await Socket(row.id, await asyncio.to_thread(signed_in, learner)).open()).messages()
    assert code == 1011


async def test_hidden_tests_keep_their_secrets(learner: Learner, revision: Revision) -> None:
    row = await asyncio.to_thread(make.submission, learner, revision)
    secret = make.result(0, Verdict.RACE, visible=False, detail="SECRET", schedule="SECRET")
    claim = await asyncio.to_thread(make.claimed, row)
    await asyncio.to_thread(submissions.finish, claim, make.outcome(Verdict.RACE, tests=[secret]))
    messages, _ = await (await Socket(row.id, await asyncio.to_thread(signed_in, learner)).open()).messages()
    assert [event["type"] for event in shown(messages)] == ["reset", "running", "tests", "result", "done"]
    assert "SECRET" not in str(messages)


async def test_an_address_that_is_none_is_refused(learner: Learner) -> None:
    assert (await Socket("not-an-id").connect())["type"] == "websocket.close"


async def test_whoever_looks_at_the_leaderboard_hears_that_somebody_has_solved_something(revision: Revision) -> None:
    ada = await asyncio.to_thread(make.learner, "ada")
    before = asyncio.all_tasks()
    socket = await Socket(None, path="/ws/leaderboard/").open()
    looks = {"cursor": "", "events": [{"type": "board"}]}
    # At once, and when the reader listens: what was said before that nobody heard.
    assert [await socket.message(), await socket.message()] == [looks, looks]
    await asyncio.to_thread(make.graded, ada, revision)
    assert await socket.message() == looks
    await socket.leave()
    await until("no task is left", lambda: asyncio.all_tasks() <= before)

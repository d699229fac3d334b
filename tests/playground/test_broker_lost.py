"""The broker is killed in the middle of a run that somebody watches."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from lockstep.verdicts import Verdict
from playground import events, live, submissions
from playground.models import Learner
from playground.streams import StreamWriter
from tests.playground import make
from tests.playground.conftest import Broker
from tests.playground.page import Page
from tests.playground.test_follow import out, until

pytestmark = make.committed


@pytest.fixture(autouse=True)
async def _connections_closed(broker: Broker) -> AsyncIterator[None]:
    yield
    await live.reader()._redis.aclose()


async def test_killed_and_started_again_the_page_shows_everything_once(learner: Learner, broker: Broker) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    claim = await asyncio.to_thread(make.claimed, row)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    with StreamWriter(claim.submission, claim.attempt) as writer:
        writer.append(out("a"))
        await until("a is seen", lambda: page.text == "a")
        await asyncio.to_thread(broker.kill)
        writer.append(out("b"))
        await asyncio.to_thread(broker.start)
        await until("b is seen", lambda: page.text == "ab")
        writer.append(out("c"))
        await until("c is seen", lambda: page.text == "abc")
    await asyncio.to_thread(submissions.finish, claim, make.outcome(None))
    assert (await watching).text == "abc"


async def test_killed_for_good_the_page_gets_the_verdict_and_what_the_row_kept(
    learner: Learner, broker: Broker
) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    claim = await asyncio.to_thread(make.claimed, row)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    with StreamWriter(claim.submission, claim.attempt) as writer:
        writer.append(out("a"))
        await until("a is seen", lambda: page.text == "a")
        await asyncio.to_thread(broker.kill)
        writer.append(out("b"))
    outcome = make.outcome(Verdict.RUNTIME_ERROR, output=[make.piece("ab")])
    await asyncio.to_thread(submissions.finish, claim, outcome)
    await watching
    assert page.text == "ab"
    assert [event["type"] for event in page.shown] == ["running", "output", "done"]


async def test_empty_after_a_restart_and_the_work_over_the_page_still_gets_all(
    learner: Learner, broker: Broker
) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    claim = await asyncio.to_thread(make.claimed, row)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    with StreamWriter(claim.submission, claim.attempt) as writer:
        writer.append(out("a"))
        await until("a is seen", lambda: page.text == "a")
        await asyncio.to_thread(broker.kill)
        writer.append(out("b"))
    await asyncio.to_thread(broker.start)
    await asyncio.to_thread(submissions.finish, claim, make.outcome(None, output=[make.piece("ab")]))
    assert (await watching).text == "ab"


async def test_away_when_the_page_comes_it_is_shown_when_it_is_back(learner: Learner, broker: Broker) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    await asyncio.to_thread(broker.kill)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    await until("it is watched", lambda: page.messages)
    assert page.messages[0][1] == [events.queued(1, "")]
    await asyncio.to_thread(broker.start)
    claim = await asyncio.to_thread(make.claimed, row)
    with StreamWriter(claim.submission, claim.attempt) as writer:
        writer.append(out("a"))
        await until("a is seen", lambda: page.text == "a")
    await asyncio.to_thread(submissions.finish, claim, make.outcome(None))
    assert (await watching).done

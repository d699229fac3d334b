"""Following a submission: everything once and in order, from whatever point, whoever loses what on the way."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import redis

from lockstep.verdicts import Verdict
from playground import events, live, streams, submissions
from playground.models import Learner, Revision, Submission
from playground.streams import StreamWriter
from playground.submissions import Claim
from tests.playground import make
from tests.playground.page import PATIENCE, Page

pytestmark = [make.committed, pytest.mark.usefixtures("valkey")]


@pytest.fixture(autouse=True)
async def _connections_closed() -> AsyncIterator[None]:
    yield
    await live.reader()._redis.aclose()


def out(text: str) -> events.Event:
    return events.output(None, "stdout", text, None)


async def until(what: str, holds: Callable[[], Any]) -> None:
    """As make.until, for tests whose event loop goes on meanwhile."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.005)


def write(claim: Claim, *batches: list[events.Event]) -> None:
    """The log of an attempt, one entry a batch."""
    key = streams.key(claim.submission, claim.attempt)
    with StreamWriter(claim.submission, claim.attempt) as writer:
        for number, batch in enumerate(batches, start=1):
            with writer._changed:
                for event in batch:
                    writer.append(event)
            make.until("the batch is there", lambda n=number: streams.client().xlen(key) >= n)  # type: ignore[misc]


def finished(row: Submission, batches: list[list[events.Event]], **changes: object) -> Claim:
    claim = make.claimed(row)
    write(claim, *batches)
    assert submissions.finish(claim, make.outcome(None, **changes))
    return claim


BATCHES = [[events.running("3.13.5", "docker")], [out("a"), out("b")], [out("c")], [out("d"), out("e"), out("f")]]
TOLD = [event for batch in BATCHES for event in batch]


async def test_a_page_that_comes_later_sees_everything(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    await asyncio.to_thread(finished, row, BATCHES)
    page = await Page(row.id).follow()
    assert page.shown[:-1] == TOLD
    assert page.shown[-1]["type"] == "done"
    assert page.resets == 0


async def test_from_every_cursor_the_rest_and_nothing_twice(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    await asyncio.to_thread(finished, row, BATCHES)
    whole = await Page(row.id).follow()
    assert len(whole.messages) == len(BATCHES) + 1
    for cut in range(len(whole.messages) + 1):
        page = Page(row.id)
        for message in whole.messages[:cut]:
            page.receive(message)
        already_done = page.done
        await page.follow()
        assert page.shown[: len(whole.shown)] == whole.shown, cut
        # A page that had seen the end is told the end again, and nothing else.
        assert page.shown[len(whole.shown) :] == whole.shown[-1:] * already_done, cut
        assert page.resets == 0


async def test_a_page_that_leaves_and_comes_back_at_any_time_misses_nothing(learner: Learner) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    dice = random.Random(seed)
    row = await asyncio.to_thread(make.submission, learner)
    claim = await asyncio.to_thread(make.claimed, row)
    told = [out(f"{i} ") for i in range(120)]

    def work() -> None:
        with StreamWriter(claim.submission, claim.attempt) as writer:
            for event in told:
                writer.append(event)
                if dice.random() < 0.15:
                    seen = writer._written
                    make.until("a batch is written", lambda seen=seen: writer._written > seen)  # type: ignore[misc]
        submissions.finish(claim, make.outcome(None))

    working = asyncio.create_task(asyncio.to_thread(work))
    page = Page(row.id)
    while not page.done:
        await page.follow(most=dice.randint(1, 3))
    await working
    assert page.shown[:-1] == told
    assert page.resets == 0


async def test_it_is_seen_line_by_line_while_it_runs(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    await until("it is seen as queued", lambda: page.messages)
    assert page.messages[0][1] == [events.queued(1, "")]
    claim = await asyncio.to_thread(make.claimed, row)
    with StreamWriter(claim.submission, claim.attempt) as writer:
        for letter in "abc":
            writer.append(out(letter))
            await until(f"{letter} is seen", lambda seen=letter: page.text.endswith(seen))  # type: ignore[misc]
    await asyncio.to_thread(submissions.finish, claim, make.outcome(Verdict.ACCEPTED))
    assert (await watching).shown[-1]["verdict"] == "ACCEPTED"
    assert page.text == "abc"


async def test_a_new_attempt_begins_with_an_empty_page(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    first = await asyncio.to_thread(make.claimed, row)
    await asyncio.to_thread(write, first, [out("first")])
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    await until("the first attempt is seen", lambda: page.text == "first")
    await asyncio.to_thread(submissions.give_back, first, "tried again", wait=timedelta(0), failed=True)
    await until("the reason is seen", lambda: page.messages[-1][1] == [events.queued(1, "tried again")])
    await asyncio.to_thread(finished, row, [[out("second")]])
    await watching
    assert page.text == "second"
    assert page.resets == 1
    # A page that comes now has nothing to forget; one that was away since then has.
    assert (await Page(row.id).follow()).resets == 0
    back = Page(row.id)
    back.cursor = "1:0-0"
    assert (await back.follow()).resets == 1


async def test_a_late_writer_of_an_attempt_that_is_over_is_not_seen(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    first = await asyncio.to_thread(make.claimed, row)
    await asyncio.to_thread(make.aged, Submission.objects)
    second = await asyncio.to_thread(make.claimed, row)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    await asyncio.to_thread(write, second, [out("second")])
    await asyncio.to_thread(write, first, [out("late")])
    await asyncio.to_thread(submissions.finish, second, make.outcome(None))
    assert (await watching).text == "second"


async def test_flushed_in_the_middle_nothing_is_missing_at_the_end(learner: Learner, valkey: redis.Redis) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    claim = await asyncio.to_thread(make.claimed, row)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    with StreamWriter(claim.submission, claim.attempt) as writer:
        writer.append(out("a"))
        await until("a is seen", lambda: page.text == "a")
        valkey.flushall()
        writer.append(out("b"))
        await until("b is seen", lambda: page.text == "ab")
        valkey.flushall()
    await asyncio.to_thread(submissions.finish, claim, make.outcome(None))
    assert (await watching).text == "ab"


async def test_when_the_log_is_gone_the_row_is_shown(learner: Learner, revision: Revision, valkey: redis.Redis) -> None:
    row = await asyncio.to_thread(make.submission, learner, revision)
    results = [make.result(0), make.result(1, Verdict.RACE, visible=False, schedule="0 1")]
    claim = await asyncio.to_thread(finished, row, BATCHES, tests=results, output=[make.piece("kept")])
    whole = await Page(row.id).follow()
    valkey.flushall()
    for cut in range(len(whole.messages) + 1):
        page = Page(row.id)
        for message in whole.messages[:cut]:
            page.receive(message)
        await page.follow()
        assert [event["type"] for event in page.shown] == ["running", "tests", "output", "result", "result", "done"]
        assert page.text == "kept"
        hidden = page.shown[4]
        assert (hidden["detail"], hidden["schedule"]) == ("", None)
    assert claim.attempt == 1


async def test_a_log_that_lost_its_end_is_replaced_by_the_row(learner: Learner, valkey: redis.Redis) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    await asyncio.to_thread(finished, row, BATCHES, output=[make.piece("abcdef")])
    key = streams.key(row.id, 1)
    entries: Any = valkey.xrange(key)
    for entry, _ in entries[2:]:
        valkey.xdel(key, entry)
    page = await Page(row.id).follow()
    assert page.text == "abcdef"
    assert page.resets == 1


async def test_what_was_stopped_keeps_what_was_shown(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    claim = await asyncio.to_thread(make.claimed, row)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    with StreamWriter(claim.submission, claim.attempt) as writer:
        writer.append(out("a"))
        await until("a is seen", lambda: page.text == "a")
        await asyncio.to_thread(submissions.cancel, row.id)
        await watching
    assert page.text == "a"
    assert page.shown[-1]["verdict"] == "CANCELLED"


async def test_stopped_before_it_began_it_is_just_stopped(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    await asyncio.to_thread(submissions.cancel, row.id)
    page = await Page(row.id).follow()
    assert [event["type"] for event in page.shown] == ["done"]


async def test_a_lost_wake_up_is_found_by_looking(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    await until("it is watched", lambda: page.messages)
    monkeypatch.setattr(streams, "WAKE", "nobody listens here")
    await asyncio.to_thread(finished, row, BATCHES)
    assert (await watching).shown[:-1] == TOLD


async def test_a_fault_of_ours_that_nobody_announced_ends_the_page(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    await until("it is watched", lambda: page.messages)

    def die_each_time() -> None:
        for _ in range(submissions.MOST_FAILURES):
            make.claimed(row)
            make.aged(Submission.objects)
            submissions.take_back()

    await asyncio.to_thread(die_each_time)
    assert (await watching).shown[-1]["verdict"] == "INTERNAL_ERROR"


async def test_many_watchers_each_see_everything_and_leave_nothing_behind(learner: Learner) -> None:
    before = asyncio.all_tasks()
    row = await asyncio.to_thread(make.submission, learner)
    pages = [Page(row.id) for _ in range(20)]
    watching = [asyncio.create_task(page.follow()) for page in pages]
    await until("all are there", lambda: all(page.messages for page in pages))
    await asyncio.to_thread(finished, row, BATCHES)
    await asyncio.gather(*watching)
    assert all(page.shown[:-1] == TOLD for page in pages)
    await until("no task is left", lambda: asyncio.all_tasks() == before)
    assert live.reader()._watches == {}


async def test_watchers_that_break_off_leave_nothing_behind(learner: Learner) -> None:
    before = asyncio.all_tasks()
    row = await asyncio.to_thread(make.submission, learner)
    for _ in range(3):
        pages = [Page(row.id) for _ in range(5)]
        watching = [asyncio.create_task(page.follow()) for page in pages]
        await until("all are there", lambda those=pages: all(page.messages for page in those))  # type: ignore[misc]
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    await until("no task is left", lambda: asyncio.all_tasks() == before)
    assert live.reader()._watches == {}


async def test_a_slow_watcher_holds_up_nobody_and_misses_nothing(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    slow = Page(row.id)
    messages = live.reader().follow(row.id, "")
    slow.receive(await anext(messages))
    quick = Page(row.id)
    watching = asyncio.create_task(quick.follow())
    await asyncio.to_thread(finished, row, BATCHES)
    assert (await watching).shown[:-1] == TOLD
    async with asyncio.timeout(PATIENCE):
        async for message in messages:
            slow.receive(message)
    assert slow.shown == quick.shown


async def test_a_deleted_submission_ends_its_pages(learner: Learner) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    await until("it is watched", lambda: page.messages)
    await asyncio.to_thread(Submission.objects.filter(id=row.id).delete)
    with pytest.raises(live.DeletedError):
        await watching


async def test_the_place_in_the_queue_is_told_as_it_changes(learner: Learner) -> None:
    first = await asyncio.to_thread(make.submission, learner)
    second = await asyncio.to_thread(make.submission, learner)
    page = Page(second.id)
    watching = asyncio.create_task(page.follow(until=lambda page: page.messages[-1][1][0].get("position") == 1))
    await until("it is second", lambda: page.messages and page.messages[0][1][0]["position"] == 2)
    await asyncio.to_thread(make.claimed, first)
    await watching


@pytest.mark.parametrize(
    "cursor",
    ["nonsense", "1", ":", "1:", "1:2", "-1:0-0", "1:x-y", "1:0-0-0", "9" * 6000 + ":0-0", "1:" + "9" * 40 + "-0"],
)
async def test_a_cursor_that_is_none_means_the_beginning(learner: Learner, cursor: str) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    await asyncio.to_thread(finished, row, [[out("a")]], output=[make.piece("a")])
    page = Page(row.id)
    page.cursor = cursor
    assert (await page.follow()).text == "a"


async def test_what_is_none_of_our_wake_ups_is_ignored(learner: Learner, valkey: redis.Redis) -> None:
    row = await asyncio.to_thread(make.submission, learner)
    page = Page(row.id)
    watching = asyncio.create_task(page.follow())
    await until("it is watched", lambda: page.messages)
    for data in ("", "e", "e x 1", "s not-an-id 1", f"q {row.id}"):
        valkey.publish(streams.WAKE, data)
    await asyncio.to_thread(finished, row, BATCHES)
    assert (await watching).shown[:-1] == TOLD


async def test_watchers_that_break_off_at_any_moment_leave_nothing_behind(learner: Learner) -> None:
    before = asyncio.all_tasks()
    row = await asyncio.to_thread(make.submission, learner)
    for turns in range(40):
        watching = asyncio.create_task(Page(row.id).follow())
        for _ in range(turns):
            await asyncio.sleep(0)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    await until("no task is left", lambda: asyncio.all_tasks() == before)

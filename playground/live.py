"""Follows submissions, and the leaderboard, for the sockets of one web process.

One task per process listens for wake-ups and looks at the rows of everything that is watched, all of them in one query
a second; the sockets read their own stream when there is something new, each at its own pace, so that a slow browser
holds up nobody and needs no buffer. Wake-ups may be lost: the second's look finds what they would have said.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import redis
import redis.asyncio
from channels.db import database_sync_to_async
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from lockstep.verdicts import State, Verdict
from playground import events, streams
from playground.models import Submission
from playground.submissions import in_line

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
ENTRIES_AT_ONCE = 32
_LONGEST_CURSOR = 60

Message = tuple[str, list[events.Event]]


class DeletedError(Exception):
    """The submission that was followed is no longer there."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a watcher must know of the row."""

    state: str
    attempt: int
    delayed: str
    position: int | None


class Watch:
    """One submission that somebody looks at; shared by all who do."""

    def __init__(self, submission: uuid.UUID) -> None:
        self.submission = submission
        self.row: Snapshot | None = None
        self.deleted = False
        self.watchers: set[asyncio.Event] = set()

    def wake(self) -> None:
        for watcher in self.watchers:
            watcher.set()


class Reader:
    """The one reader of a web process. Started by the first watcher, ended with the last."""

    def __init__(self) -> None:
        self._watches: dict[uuid.UUID, Watch] = {}
        self._board: set[asyncio.Event] = set()
        self._look_now = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        options = {**streams.REDIS_OPTIONS, "retry": Retry(NoBackoff(), 0)}
        self._redis = redis.asyncio.Redis.from_url(settings.REDIS_URL, **options)

    async def follow(self, submission: uuid.UUID, cursor: str) -> AsyncGenerator[Message, None]:
        """What happened after the cursor ("" for everything), and what happens, up to and including "done".

        Yields (cursor, events). A cursor is "<attempt>:<id of the last stream entry>". Raises DeletedError.
        """
        attempt, last = _parse(cursor)
        shown: Snapshot | None = None
        async with self._watching(submission) as (watch, changed):
            while True:
                _stop_if_cancelled()
                changed.clear()
                row = watch.row
                if watch.deleted:
                    raise DeletedError(submission)
                if row is None:
                    await changed.wait()
                    continue
                if row.state == State.QUEUED and row != shown:
                    yield f"{attempt}:{last}", [events.queued(row.position, row.delayed)]
                shown = row
                if row.state != State.QUEUED and attempt != row.attempt:
                    if attempt:
                        yield f"{row.attempt}:0-0", [events.reset()]
                    attempt, last = row.attempt, "0-0"
                while entries := await self._entries(submission, attempt, last):
                    for last, batch in entries:
                        if batch:
                            yield f"{attempt}:{last}", batch
                if row.state == State.DONE:
                    missing = bool(attempt) and not await self._ends_with(submission, attempt, last)
                    yield f"{attempt}:{last}", await _ending(submission, attempt, missing=missing)
                    return
                await changed.wait()

    @contextmanager
    def board(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever the leaderboard has changed, for the watcher to clear. It may be lost."""
        changed = asyncio.Event()
        self._board.add(changed)
        self._begin()
        try:
            yield changed
        finally:
            self._board.discard(changed)
            self._end_if_idle()

    def _begin(self) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._look())]

    def _end_if_idle(self) -> None:
        if not self._watches and not self._board:
            for task in self._tasks:
                task.cancel()
            self._tasks = []

    @asynccontextmanager
    async def _watching(self, submission: uuid.UUID) -> AsyncIterator[tuple[Watch, asyncio.Event]]:
        watch = self._watches.setdefault(submission, Watch(submission))
        changed = asyncio.Event()
        watch.watchers.add(changed)
        self._begin()
        self._look_now.set()
        try:
            yield watch, changed
        finally:
            watch.watchers.discard(changed)
            if not watch.watchers:
                self._watches.pop(submission, None)
            self._end_if_idle()

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(streams.WAKE)
                    self._heard(streams.BOARD)  # whatever was said until now, nobody listened
                    while True:
                        _stop_if_cancelled()
                        message = await pubsub.get_message(timeout=30)
                        if message:
                            self._heard(message["data"])
            except (redis.RedisError, OSError) as error:
                logger.warning("no wake-ups while the broker is away: %s", error)
                await asyncio.sleep(LOOK_SECONDS)

    def _heard(self, data: str) -> None:
        kind, _, rest = data.partition(" ")
        if kind == streams.BOARD:
            for changed in self._board:
                changed.set()
            return
        try:
            watch = self._watches.get(uuid.UUID(rest.partition(" ")[0]))
        except ValueError:
            logger.warning("a wake-up that is none of ours: %.80r", data)
            return
        if watch is None:
            return
        if kind == streams.STATE:
            self._look_now.set()
        else:
            watch.wake()

    async def _look(self) -> None:
        while True:
            _stop_if_cancelled()
            self._look_now.clear()
            watched = list(self._watches)
            try:
                found = await _snapshots(watched)
            except Exception:
                # The database may be away for a moment; the sockets wait, and the next look finds it again.
                logger.exception("the rows of the watched submissions cannot be read")
            else:
                for submission in watched:
                    if watch := self._watches.get(submission):
                        watch.row = found.get(submission)
                        watch.deleted = watch.row is None
            for watch in list(self._watches.values()):
                watch.wake()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._look_now.wait()

    async def _entries(self, submission: uuid.UUID, attempt: int, last: str) -> list[tuple[str, list[events.Event]]]:
        if not attempt:
            return []
        try:
            found: Any = await self._redis.xrange(
                streams.key(submission, attempt), min=f"({last}", max="+", count=ENTRIES_AT_ONCE
            )
        except (redis.RedisError, OSError):
            return []
        return [(entry, json.loads(fields["events"])) for entry, fields in found]

    async def _ends_with(self, submission: uuid.UUID, attempt: int, last: str) -> bool:
        """Whether the log was written to its end and this is its last entry: then nothing was missed."""
        try:
            found: Any = await self._redis.xrevrange(streams.key(submission, attempt), count=1)
        except (redis.RedisError, OSError):
            return False
        return any(entry == last and streams.END in fields for entry, fields in found)


def _stop_if_cancelled() -> None:
    # Up to Python 3.11 asyncio.wait_for, which redis-py sends with, forgets a cancellation that comes together with
    # the result; a task that goes on after that is never ended.
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


_readers: dict[asyncio.AbstractEventLoop, Reader] = {}


def reader() -> Reader:
    """The reader of the running event loop."""
    loop = asyncio.get_running_loop()
    for other in [other for other in _readers if other.is_closed()]:
        del _readers[other]
    return _readers.setdefault(loop, Reader())


def _parse(cursor: str) -> tuple[int, str]:
    attempt, _, last = cursor[:_LONGEST_CURSOR].partition(":")
    parts = last.split("-")
    if attempt.isdecimal() and len(parts) == 2 and all(part.isdecimal() for part in parts):
        return int(attempt), last
    return 0, "0-0"


@database_sync_to_async
def _snapshots(watched: list[uuid.UUID]) -> dict[uuid.UUID, Snapshot]:
    rows = list(Submission.objects.filter(id__in=watched).values_list("id", "state", "attempt", "delayed"))
    places: dict[uuid.UUID, int] = {}
    if any(state == State.QUEUED for _, state, _, _ in rows):
        places = {place: number for number, place in enumerate(in_line().values_list("id", flat=True), start=1)}
    return {
        submission: Snapshot(state, attempt, delayed, places.get(submission))
        for submission, state, attempt, delayed in rows
    }


@database_sync_to_async
def _ending(submission: uuid.UUID, attempt: int, *, missing: bool) -> list[events.Event]:
    """The last events, from the row; where the log has gaps, all that the row has kept before them.

    Of what was stopped the row has kept nothing: there the page keeps what it shows.
    """
    row = Submission.objects.get(id=submission)
    found = [events.reset(), *kept(row)] if missing and row.verdict != Verdict.CANCELLED else []
    return [*found, ended(row)]


def ended(row: Submission) -> events.Event:
    """The "done" event of a submission that is done."""
    return events.done(Verdict(row.verdict) if row.verdict else None, row.message, row.seconds)


def kept(row: Submission) -> Iterable[events.Event]:
    """What the row has kept of an attempt, as the events that it was told with."""
    if row.python:
        yield events.running(row.python, row.sandbox)
    results = list(row.tests.all())
    if results:
        yield events.tests([(test.index, test.name, test.visible) for test in results])
    for piece in row.output:
        yield events.output(piece["test"], piece["stream"], piece["text"], piece["thread"])
    if row.report is not None:
        yield events.explored(row.report)
    for test in results:
        yield events.result(
            test=test.index,
            name=test.name,
            visible=test.visible,
            verdict=Verdict(test.verdict),
            message=test.message,
            detail=test.detail,
            line=test.line,
            schedule=test.schedule,
            seconds=test.seconds,
            stacks=test.stacks,
            finding=test.finding,
        )

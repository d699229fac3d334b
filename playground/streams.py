"""The live log of each attempt: a Redis stream that the worker appends to and the web process reads.

One stream per attempt, so that a late worker's events never mix with those of the one that took over. The stream is a
log and nothing more: the state and the verdict are in the database, and a page that finds no stream shows the row.
PUBLISH wakes the readers, at most once and never relied upon: they poll as well.
"""

import contextlib
import json
import threading
import uuid
from collections.abc import Iterator
from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from playground.events import Event, reset

WAKE = "lockstep:wake"
EVENTS = "e"
STATE = "s"
BOARD = "b"
END = "end"
"""A field of a log's last entry: nothing of this attempt follows, and nothing before it is missing."""
KEPT_WHILE_RUNNING = 6 * 60 * 60
KEPT_AFTERWARDS = 15 * 60
"""Seconds. Later the page shows what the row kept of the output."""
BATCH_SECONDS = 0.05
ENTRY_CHARACTERS = 64 * 1024
"""Of the text in one entry, which reaches a browser as one message; about, as an event is never divided."""

# Nothing is tried twice behind our back: an append whose answer was lost would stand in the log twice.
REDIS_OPTIONS: dict[str, Any] = {
    "retry": Retry(NoBackoff(), 0),
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "health_check_interval": 25,
    "decode_responses": True,
}


def key(submission: uuid.UUID, attempt: int) -> str:
    return f"lockstep:stream:{submission}:{attempt}"


@cache
def client() -> redis.Redis:
    """The process's pool of connections."""
    return redis.Redis.from_url(settings.REDIS_URL, **REDIS_OPTIONS)


def announce(submission: uuid.UUID, attempt: int) -> None:
    """Tells the readers that the row has changed. Best effort: they find out by themselves within seconds."""
    with contextlib.suppress(redis.RedisError):
        client().publish(WAKE, f"{STATE} {submission} {attempt}")


def announce_board() -> None:
    """Tells the readers that the leaderboard has changed. Best effort, as above."""
    with contextlib.suppress(redis.RedisError):
        client().publish(WAKE, BOARD)


class StreamWriter:
    """Appends one attempt's events from any thread, in batches, and outlives a broker that goes away.

    A context manager: leaving it writes what is left. Nothing here ever fails the work: where the broker is away the
    events are kept (they are bounded by the output limit) and the whole log is written anew when it is back.
    """

    def __init__(self, submission: uuid.UUID, attempt: int) -> None:
        self._key = key(submission, attempt)
        self._wake = f"{EVENTS} {submission} {attempt}"
        self._log: list[Event] = []
        self._written = 0
        self._tried = False
        self._whole = True
        self._changed = threading.Condition()
        self._closed = False
        self._unsaid = False
        """Whether the attempt failed before there was anything to tell: it leaves no log."""
        self._thread = threading.Thread(target=self._pump, name=f"stream {submission}", daemon=True)

    def append(self, event: Event) -> None:
        with self._changed:
            self._log.append(event)
            self._changed.notify()

    def __enter__(self) -> "StreamWriter":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._changed:
            self._closed = True
            self._unsaid = kind is not None and not self._log
            self._changed.notify()
        self._thread.join()

    def _pump(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._written < len(self._log))
                batch, closed = self._log[self._written :], self._closed
            if not self._unsaid:
                self._write(batch, end=closed)
            if closed:
                return
            # The first event of a batch goes out at once; what follows within this pause goes out together.
            with self._changed:
                self._changed.wait_for(lambda: self._closed, timeout=BATCH_SECONDS)

    def _write(self, batch: list[Event], *, end: bool) -> None:
        try:
            if not (self._tried and self._whole and self._add(batch, create=False, end=end)):
                # Either the very first entries, or the broker has lost the log, or nobody knows whether it has what
                # was sent last: then all of it again, and the page begins anew.
                again = [reset(), *self._log[: self._written]] if self._tried else []
                self._tried, self._whole = True, False
                self._add(again + batch, create=True, end=end)
            self._whole = True
            self._written += len(batch)
        except redis.RedisError:
            self._whole = False

    def _add(self, batch: list[Event], *, create: bool, end: bool) -> bool:
        pieces = list(_pieces(batch))
        with client().pipeline(transaction=False) as pipe:
            for number, piece in enumerate(pieces, start=1):
                fields: dict[Any, Any] = {"events": json.dumps(piece)}
                if end and number == len(pieces):
                    fields[END] = "1"
                pipe.xadd(self._key, fields, nomkstream=not create)
            pipe.expire(self._key, KEPT_AFTERWARDS if end else KEPT_WHILE_RUNNING)
            pipe.publish(WAKE, self._wake)
            added = pipe.execute()[: len(pieces)]
        return None not in added


def _pieces(events: list[Event]) -> Iterator[list[Event]]:
    """Cuts events into entries of a bearable size; one empty entry where there are none."""
    piece: list[Event] = []
    size = 0
    for event in events:
        if piece and size >= ENTRY_CHARACTERS:
            yield piece
            piece, size = [], 0
        piece.append(event)
        size += len(event.get("text", "")) + len(event.get("detail", "")) + 64
        if event.get("report") or event.get("finding"):  # hundreds of kilobytes, of which nobody wants to know how many
            size = ENTRY_CHARACTERS
    yield piece

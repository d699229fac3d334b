"""The live log of each attempt: a Redis stream that the worker appends to and the web process reads.

One stream per attempt, so that a late worker's events never mix with those of the one that took over. The stream is a
log and nothing more: the state and the verdict are in the database, and a page that finds no stream shows the row.
PUBLISH wakes the readers, at most once and never relied upon: they poll as well.
"""

import contextlib
import json
import threading
import uuid
from functools import cache
from typing import Any

import redis
from django.conf import settings

from playground.events import Event, reset

WAKE = "lockstep:wake"
EVENTS = "e"
STATE = "s"
KEPT_WHILE_RUNNING = 6 * 60 * 60
KEPT_AFTERWARDS = 15 * 60
"""Seconds. Later the page shows what the row kept of the output."""
BATCH_SECONDS = 0.05

REDIS_OPTIONS: dict[str, Any] = {
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
        self._begun = False
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._pump, name=f"stream {submission}", daemon=True)

    def append(self, event: Event) -> None:
        with self._changed:
            self._log.append(event)
            self._changed.notify()

    def __enter__(self) -> "StreamWriter":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()
        with contextlib.suppress(redis.RedisError):
            client().expire(self._key, KEPT_AFTERWARDS)

    def _pump(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._written < len(self._log))
                batch, closed = self._log[self._written :], self._closed
            if batch:
                self._write(batch)
            if closed:
                return
            # The first event of a batch goes out at once; what follows within this pause goes out together.
            with self._changed:
                self._changed.wait_for(lambda: self._closed, timeout=BATCH_SECONDS)

    def _write(self, batch: list[Event]) -> None:
        try:
            if self._begun and not self._add(batch, create=False):
                self._begun = False
            if not self._begun:
                # Either the very first entry, or the broker has lost the log: then all of it again, and the page
                # begins anew.
                again = [reset(), *self._log[: self._written]] if self._written else []
                self._add(again + batch, create=True)
                client().expire(self._key, KEPT_WHILE_RUNNING)
                self._begun = True
            self._written += len(batch)
        except redis.RedisError:
            self._begun = False

    def _add(self, batch: list[Event], *, create: bool) -> bool:
        with client().pipeline(transaction=False) as pipe:
            pipe.xadd(self._key, {"events": json.dumps(batch)}, nomkstream=not create)
            pipe.publish(WAKE, self._wake)
            added, _ = pipe.execute()
        return added is not None

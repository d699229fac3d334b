"""Rows for tests, made the way the product makes them; and how to wait."""

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from lockstep.verdicts import State, Verdict
from playground import packs, submissions
from playground.models import Learner, Lesson, Revision, Submission
from playground.models.submission import Kind
from playground.submissions import Claim, Outcome, TestRow
from tests.lockstep.packs import pack

committed = pytest.mark.django_db(transaction=True)
"""For threads, and for what happens on commit."""

PATIENCE = 20.0
PASSWORD = "a long enough passphrase"


def until(what: str, holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Returns as soon as it holds; fails, naming what was waited for, when it never does."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain until {what}"
        time.sleep(0.005)


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Calls each in a thread of its own, all at the same moment; what they returned, or raised, in the same order."""
    together = threading.Barrier(len(calls))
    found: dict[int, Any] = {}

    def call(number: int) -> None:
        together.wait()
        try:
            found[number] = calls[number]()
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[number] for number in range(len(calls))]


def learner(name: str = "") -> Learner:
    """A learner with an account of that name; without a name a guest."""
    user = User.objects.create_user(name, password=PASSWORD) if name else None
    return Learner.objects.create(user=user)


def revision(slug: str = "counter", **changes: Any) -> Revision:
    """A published revision of a challenge."""
    Lesson.objects.get_or_create(slug="threads", defaults={"title": "Threads", "order": 2, "body": "# Threads"})
    return packs.save_revision(pack(slug, **changes), publish=True)


def submission(owner: Learner, against: Revision | None = None, source: str = "x = 1\n") -> Submission:
    """A queued one; a run where there is no revision."""
    return submissions.submit(owner, Kind.SUBMIT if against else Kind.RUN, source, revision=against)


def claimed(what: Submission) -> Claim:
    claim = submissions.claim(what.id)
    assert claim is not None
    return claim


def result(index: int = 0, verdict: Verdict = Verdict.ACCEPTED, *, visible: bool = True, **changes: Any) -> TestRow:
    given: dict[str, Any] = {
        "name": f"Test {index}",
        "message": f"message {index}",
        "detail": f"detail {index}",
        "line": 3,
        "schedule": None,
        "seconds": 0.5,
        "stacks": [],
        **changes,
    }
    return TestRow(index=index, verdict=verdict, visible=visible, **given)


def piece(text: str, stream: str = "stdout", test: int | None = None, thread: str | None = None) -> dict[str, Any]:
    return {"test": test, "stream": stream, "text": text, "thread": thread}


def outcome(verdict: Verdict | None = Verdict.ACCEPTED, **changes: Any) -> Outcome:
    given: dict[str, Any] = {"message": "", "seconds": 1.0, "python": "3.13.5", "sandbox": "docker", **changes}
    return Outcome(verdict, **given)


def graded(owner: Learner, against: Revision, verdict: Verdict = Verdict.ACCEPTED, **changes: Any) -> Submission:
    """A submission that is done."""
    row = submission(owner, against)
    assert submissions.finish(claimed(row), outcome(verdict, **changes))
    row.refresh_from_db()
    return row


def aged(rows: Any, age: timedelta = timedelta(minutes=1)) -> None:
    """As if what has a lease had not renewed it, and what is queued had waited, for so long."""
    before = timezone.now() - age
    rows.filter(state=State.RUNNING).update(lease=before)
    rows.filter(state=State.QUEUED).update(published=before)


def nobody() -> uuid.UUID:
    """An id that no row has."""
    return uuid.uuid4()

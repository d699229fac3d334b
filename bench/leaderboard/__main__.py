"""The leaderboard of a large site: `python -m bench.leaderboard [--learners N] [--submissions N] [--database URL]`.

Fills a database of its own (SQLite in a temporary folder, or the empty one that the URL names) with learners who solved
what chance gave them, and measures milliseconds in the database, from execute to the last row: the first page for a
visitor, and with the own row at the top, in the middle and at the end, for all time and this month. Then what keeping
the standings costs, Python included: verdicts, and other points for a challenge. Ends with the query plans. Clocks are
this machine's.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from bench.latency.__main__ import quantile

CHALLENGES = 40
BATCH = 5000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=100_000)
    parser.add_argument("--submissions", type=int, default=1_000_000)
    parser.add_argument("--database", help="such as postgres://lockstep@localhost:5433/bench; it must be empty")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    given = parser.parse_args()
    print(f"seed {given.seed}")
    with tempfile.TemporaryDirectory(prefix="lockstep-bench-") as var:
        os.environ["LOCKSTEP_VAR"] = var
        os.environ.pop("DATABASE_URL", None)
        if given.database:
            os.environ["DATABASE_URL"] = given.database
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        began = time.perf_counter()
        fill(given.learners, given.submissions, random.Random(given.seed))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
        print(f"{connection.vendor}: filled in {time.perf_counter() - began:.0f} s")
        measure(given.rounds)
        connection.close()


def in_batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


def fill(learners: int, submissions: int, chance: random.Random) -> None:
    """Accounts, submissions, solves; the standings as the product makes them for what was solved before it had any."""
    from importlib import import_module

    from django.apps import apps
    from django.contrib.auth.models import User
    from django.db import transaction
    from django.utils import timezone

    from lockstep.verdicts import State, Verdict
    from playground import packs
    from playground.models import Learner, Lesson, Solve, Submission
    from playground.models.submission import Kind
    from tests.lockstep.packs import pack

    now = timezone.now()
    Lesson.objects.create(slug="threads", title="Threads", order=1, body="x")
    revisions = [
        packs.save_revision(pack(f"challenge-{i}", points=chance.randrange(1, 11) * 10), publish=True)
        for i in range(CHALLENGES)
    ]
    with transaction.atomic():
        for batch in in_batches(range(learners)):
            users = User.objects.bulk_create(User(username=f"learner-{i}", password="!") for i in batch)
            Learner.objects.bulk_create(Learner(user=user) for user in users)
    people = list(Learner.objects.values_list("id", flat=True))
    first: dict[tuple[Any, int], datetime] = {}

    def rows() -> Iterator[Submission]:
        for i in range(submissions):
            # Many who try little, few who try much; everybody something.
            person = people[i] if i < learners else people[int(learners * chance.random() ** 2)]
            revision = chance.choice(revisions)
            accepted = chance.random() < 0.4
            at = now - timedelta(days=120 * chance.random())
            if accepted:
                solve = (person, revision.challenge_id)
                first[solve] = min(at, first.get(solve, at))
            yield Submission(
                learner_id=person, kind=Kind.SUBMIT, revision=revision, source="x = 1\n", seed=i, published=at,
                state=State.DONE, finished=at, verdict=Verdict.ACCEPTED if accepted else Verdict.RACE,
            )  # fmt: skip

    with transaction.atomic():
        for submitted in in_batches(rows()):
            Submission.objects.bulk_create(submitted)
    solves = (Solve(learner_id=learner, challenge_id=challenge, at=at) for (learner, challenge), at in first.items())
    with transaction.atomic():
        for solved in in_batches(solves):
            Solve.objects.bulk_create(solved)
    with transaction.atomic():
        import_module("playground.migrations.0009_standing").stand(apps, None)


@contextmanager
def watched(asked: list[tuple[str, Any]]) -> Iterator[None]:
    """Collects the queries, with their parameters."""
    from django.db import connection

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield


def fetched(asked: list[tuple[str, Any]]) -> float:
    """Milliseconds that the database takes for the queries, to the last row."""
    from django.db import connection

    with connection.cursor() as cursor:
        began = time.perf_counter()
        for sql, params in asked:
            cursor.execute(sql, params)
            cursor.fetchall()
        return 1000 * (time.perf_counter() - began)


def measure(rounds: int) -> None:
    from django.db import connection, transaction
    from django.utils import timezone

    from playground import leaderboard
    from playground.models import Challenge, Learner, Solve, Standing, Submission

    print(f"{Learner.objects.count():,} learners, {Submission.objects.count():,} submissions, "
          f"{Solve.objects.count():,} solves, {Standing.objects.count():,} standings")  # fmt: skip
    month = leaderboard.month_of(timezone.now())
    print(f"{'ms':52}{'p50':>8}{'p95':>8}{'most':>8}")
    for name, since in (("all time", leaderboard.EVER), ("this month", month)):
        ranked = Standing.objects.filter(since=since, listed=True).order_by("-points", "last", "learner")
        count = ranked.count()
        whose: dict[str, Learner | None] = {"a visitor": None}
        for place in (1, count // 2, count):
            whose[f"rank {place:,} of {count:,}"] = Learner.objects.get(standings=ranked[place - 1])
        for who, learner in whose.items():
            reads(f"first page, {name}, {who}", rounds, partial(leaderboard.page, learner, since))
    challenge = Challenge.objects.order_by("id")[0]
    sent = Submission.objects.filter(verdict="ACCEPTED", revision__challenge=challenge)[:rounds]
    graded = iter(list(sent.select_related("learner")))

    def rejudged() -> None:
        """One is found wrong, then right again: two verdicts."""
        row = next(graded)
        with transaction.atomic():
            Submission.objects.filter(id=row.id).update(verdict="RACE")
            leaderboard.record(row.learner, challenge)
            Submission.objects.filter(id=row.id).update(verdict="ACCEPTED")
            leaderboard.record(row.learner, challenge)

    writes("two verdicts, one of them the other way", rounds, rejudged)
    solvers = Solve.objects.filter(challenge=challenge).count()
    writes(f"other points, {solvers:,} have solved it", 1, lambda: leaderboard.repoint(challenge))
    for title, query in plans(leaderboard.EVER):
        print(f"\n{title}")
        print(query.explain() if connection.vendor == "sqlite" else query.explain(analyze=True, buffers=True))


def plans(since: datetime) -> Iterator[tuple[str, Any]]:
    from playground.models import Standing

    listed = Standing.objects.filter(since=since, listed=True)
    page = listed.select_related("learner__user").order_by("-points", "last", "learner")[:100]
    yield "the first page", page
    last = listed.order_by("points")[0]
    yield "who is ahead", listed.filter(points__gt=last.points).order_by().values("learner")
    yield (
        "who was there first of those with as many points",
        listed.filter(points=last.points, last__lt=last.last).values("learner"),
    )


def reads(what: str, rounds: int, call: Callable[[], Any]) -> None:
    asked: list[tuple[str, Any]] = []
    with watched(asked):
        call()
    figures(what, rounds, lambda: fetched(asked))


def writes(what: str, rounds: int, call: Callable[[], Any]) -> None:
    def timed() -> float:
        began = time.perf_counter()
        call()
        return 1000 * (time.perf_counter() - began)

    figures(what, rounds, timed)


def figures(what: str, rounds: int, milliseconds: Callable[[], float]) -> None:
    times = sorted(milliseconds() for _ in range(rounds))
    print(f"{what:52}" + "".join(f"{quantile(times, share):8.1f}" for share in (0.5, 0.95, 1)))


if __name__ == "__main__":
    main()

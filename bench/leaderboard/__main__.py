"""The leaderboard of a large site: `python -m bench.leaderboard [--learners N] [--submissions N] [--database URL]`.

Fills a database of its own (SQLite in a temporary folder, or the empty one that the URL names) with learners who solved
what chance gave them, and measures milliseconds in the database, from execute to the last row: the first page for a
visitor, and with the own row at the top, in the middle and at the end, for all time and this month. Then what keeping
the standings costs, Python included: verdicts, and other points for a challenge. Ends with the query plans. Clocks are
this machine's.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import cycle
from typing import Any

from bench.latency.__main__ import quantile

CHALLENGES = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=100_000)
    parser.add_argument("--submissions", type=int, default=1_000_000)
    parser.add_argument("--database", help="such as postgres://lockstep@localhost:5433/bench; it must be empty")
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
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
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA cache_size = -500000")
            fill(given.learners, given.submissions)
            cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
        # What the product reads with.
        connection.close()
        print(f"{connection.vendor}: filled in {time.perf_counter() - began:.0f} s")
        measure(given.rounds)
        connection.close()


def fill(learners: int, submissions: int) -> None:
    """Accounts, submissions, solves and standings, made in the database: from Python a million rows take minutes."""
    import random

    from django.db import connection, transaction

    from playground import packs
    from playground.models import Lesson
    from tests.lockstep.packs import pack

    Lesson.objects.create(slug="threads", title="Threads", order=1, body="x")
    for i in range(CHALLENGES):
        packs.save_revision(pack(f"challenge-{i}", points=random.randrange(1, 11) * 10), publish=True)
    sqlite = connection.vendor == "sqlite"
    words = {
        "learners": learners,
        "submissions": submissions,
        "challenges": CHALLENGES,
        # One after the other, which no real id is: a million random leaves of an index take minutes.
        "id": "printf('%032x', i)" if sqlite else "lpad(to_hex(i), 32, '0')::uuid",
        "chance": "abs(random() % 1000000)" if sqlite else "CAST(999999 * random() AS bigint)",
        "at": "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || (10 * age) || ' seconds')"
        if sqlite
        else "now() - age * interval '10 seconds'",
        "month": "strftime('%Y-%m-01 00:00:00', at)" if sqlite else "date_trunc('month', at, 'UTC')",
        "next": "datetime(month, '+1 month')" if sqlite else "month + interval '1 month'",
    }
    with transaction.atomic(), connection.cursor() as cursor:
        statements = FILL
        for word, sql in words.items():
            statements = statements.replace(f"<{word}>", str(sql))
        for statement in statements.split(";"):
            cursor.execute(statement)


# Many who try little, few who try much; everybody something. Two fifths are accepted.
FILL = """
    INSERT INTO auth_user (id, username, password, first_name, last_name, email, is_superuser, is_staff,
            is_active, date_joined)
        WITH RECURSIVE series(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM series WHERE i < <learners>)
        SELECT i, 'learner-' || i, '!', '', '', '', false, false, true, CURRENT_TIMESTAMP FROM series;
    INSERT INTO playground_learner (id, user_id, created, name, listed)
        SELECT <id>, i, CURRENT_TIMESTAMP, '', true FROM (SELECT id AS i FROM auth_user) people;
    CREATE TEMPORARY TABLE task AS
        SELECT row_number() OVER (ORDER BY id) AS number, current_id AS revision, id AS challenge
        FROM playground_challenge;
    CREATE TEMPORARY TABLE sent AS
        WITH RECURSIVE series(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM series WHERE i < <submissions>),
        chosen AS (SELECT i, <chance> AS one, <chance> AS two, <chance> AS three, <chance> AS age FROM series)
        SELECT i, CASE WHEN i <= <learners> THEN i ELSE 1 + <learners> * one / 1000000 * one / 1000000 END AS person,
            1 + <challenges> * two / 1000000 AS task, three < 400000 AS accepted, <at> AS at FROM chosen;
    INSERT INTO playground_submission (id, learner_id, kind, revision_id, source, stdin, schedule, seed, created, state,
            queue, published, delayed, attempt, failures, verdict, message, finished, interpreter, python, sandbox,
            output)
        SELECT <id>, learner, 'submit', revision, 'x = 1', '', '', 0, at, 'done', 'interactive',
            at, '', 1, 0, CASE WHEN accepted THEN 'ACCEPTED' ELSE 'RACE' END, '', at, '', '', '', '[]'
        FROM (SELECT sent.i, playground_learner.id AS learner, task.revision, sent.at, sent.accepted FROM sent
            JOIN task ON task.number = sent.task
            JOIN playground_learner ON playground_learner.user_id = sent.person) rows;
    INSERT INTO playground_solve (learner_id, challenge_id, at, tenths)
        SELECT playground_learner.id, task.challenge, MIN(sent.at), 10 FROM sent
        JOIN task ON task.number = sent.task JOIN playground_learner ON playground_learner.user_id = sent.person
        WHERE sent.accepted GROUP BY playground_learner.id, task.challenge;
    CREATE TEMPORARY TABLE worth AS
        SELECT learner_id AS learner, at, points FROM playground_solve
        JOIN playground_challenge ON playground_challenge.id = playground_solve.challenge_id
        JOIN playground_revision ON playground_revision.id = current_id;
    INSERT INTO playground_standing (learner_id, since, until, points, solved, last, listed)
        SELECT learner, '1970-01-01 00:00:00', '9999-12-31 00:00:00', SUM(points), COUNT(*), MAX(at), true
        FROM worth GROUP BY learner;
    INSERT INTO playground_standing (learner_id, since, until, points, solved, last, listed)
        SELECT learner, month, <next>, SUM(points), COUNT(*), MAX(at), true
        FROM (SELECT learner, <month> AS month, at, points FROM worth) monthly GROUP BY learner, month
"""


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
    print(f"{'ms':52}{'least':>8}{'p50':>8}{'p95':>8}")
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
    graded = cycle(sent.select_related("learner"))

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
    print(f"{what:52}" + "".join(f"{quantile(times, share):8.1f}" for share in (0, 0.5, 0.95)))


if __name__ == "__main__":
    main()

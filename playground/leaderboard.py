"""Who solved what: each challenge counts once, for whoever has an accepted submission of it.

What it counts is the first accepted submission's worth: see scoring.py. Submissions decide about solves, and solves
about standings, each in the transaction of what has changed; the board reads standings by their index.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth

from lockstep.verdicts import Verdict
from playground import scoring, streams
from playground.models import Challenge, Learner, Solve, Standing, Submission
from playground.models.submission import Kind

PAGE = 100
EVER = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(9999, 12, 31, tzinfo=UTC)
# What was solved after giving up is solved, and no merit; nor is what is not published any more.
_COUNTS = Q(tenths__gt=0, challenge__current__isnull=False)
# Both databases divide as scoring.points() does.
_EARNED = Sum(F("challenge__current__points") * F("tenths") / scoring.FULL, output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the leaderboard."""

    rank: int
    name: str
    points: int
    solved: int
    is_you: bool


def month_of(moment: datetime) -> datetime:
    """When the month of a moment begins, in UTC."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next_month(since: datetime) -> datetime:
    return since.replace(year=since.year + since.month // 12, month=since.month % 12 + 1)


@transaction.atomic
def record(learner: Learner, challenge: Challenge) -> None:
    """Makes solve and standings agree with the submissions, whichever way they changed. Call it in their transaction.

    It counts from when it was sent, which neither a full queue nor grading it again can change.
    """
    # Two verdicts of one learner, or a verdict and a new revision's points, would each overlook the other.
    Challenge.objects.select_for_update(no_key=True).get(id=challenge.id)
    Learner.objects.select_for_update(no_key=True).get(id=learner.id)
    first = Submission.objects.filter(
        learner=learner, revision__challenge=challenge, kind__in=(Kind.SUBMIT, Kind.LEVEL), verdict=Verdict.ACCEPTED
    ).aggregate(at=Min("created"))["at"]
    before = Solve.objects.filter(learner=learner, challenge=challenge)
    if first is None:
        changed = bool(before.delete()[0])
    else:
        worth = _worth(learner, challenge, first)
        changed = not before.filter(**worth).exists()
        if changed:
            Solve.objects.update_or_create(learner=learner, challenge=challenge, defaults=worth)
    if changed:
        stand(learner)
        if not learner.is_guest:
            announce()


def announce() -> None:
    """Has the pages that show the leaderboard look again, when what changed it is committed."""
    transaction.on_commit(streams.announce_board)


def _worth(learner: Learner, challenge: Challenge, at: datetime) -> dict[str, Any]:
    return {"at": at, "tenths": scoring.tenths_at(scoring.helped(learner, challenge), at)}


@transaction.atomic
def stand(learner: Learner) -> None:
    """Makes a learner's standings agree with the solves."""
    sums = {"earned": _EARNED, "count": Count("id"), "latest": Max("at")}
    counted: Any = learner.solves.filter(_COUNTS)
    months = counted.annotate(since=TruncMonth("at", tzinfo=UTC)).values("since").annotate(**sums).order_by("since")
    found = {row["since"]: (row, _next_month(row["since"])) for row in months}
    if found:
        found[EVER] = (counted.aggregate(**sums), _END)
    learner.standings.exclude(since__in=found).delete()
    listed = _is_listed(learner)
    Standing.objects.bulk_create(
        (
            Standing(
                learner=learner,
                since=since,
                until=until,
                points=row["earned"],
                solved=row["count"],
                last=row["latest"],
                listed=listed,
            )
            for since, (row, until) in found.items()
        ),
        update_conflicts=True,
        unique_fields=["learner", "since"],
        update_fields=["points", "solved", "last", "listed"],
    )


def relist(learner: Learner) -> None:
    """Shows or hides a learner, after a change of the profile or the account."""
    learner.standings.update(listed=_is_listed(learner))
    announce()


def _is_listed(learner: Learner) -> bool:
    # Asked anew: the caller may hold an old copy.
    return Learner.objects.filter(id=learner.id, listed=True, user__is_active=True).exists()


def repoint(challenge: Challenge) -> None:
    """After another revision was published: its points count for all who have solved the challenge."""
    of_it = Solve.objects.filter(challenge=challenge).values("learner")
    within = Solve.objects.filter(
        _COUNTS, learner=OuterRef("learner"), at__gte=OuterRef("since"), at__lt=OuterRef("until")
    )
    points = within.order_by().values("learner").annotate(earned=_EARNED).values("earned")
    Standing.objects.filter(learner__in=of_it).update(points=Coalesce(Subquery(points), 0))
    announce()


def solved(learner: Learner | None) -> set[str]:
    """The slugs of the challenges that a learner has solved."""
    return set(learner.solves.values_list("challenge__slug", flat=True)) if learner else set()


def points(learner: Learner | None) -> int:
    """The points that a learner has earned."""
    found = learner.solves.filter(_COUNTS).aggregate(total=_EARNED) if learner else {}
    return found.get("total") or 0


def page(you: Learner | None, since: datetime = EVER) -> tuple[list[Row], Row | None]:
    """The best active accounts, most points first and ties by who was there first; and your own row wherever it is.

    Guests are not listed: they have no name to be known by; nor who does not want to be, but to themselves. Your row is
    None where you have solved nothing yet. With `since`, the beginning of a month, only what was solved in it counts.
    """
    listed = Standing.objects.filter(since=since, listed=True)
    best = listed.select_related("learner__user").order_by("-points", "last", "learner")[:PAGE]
    rows = [_row(rank, standing, you) for rank, standing in enumerate(best, start=1)]
    own = next((row for row in rows if row.is_you), None)
    if own is None and you is not None and (mine := _of(you, since)):
        own = _row(1 + _ahead_of(mine, listed), mine, you)
    return rows, own


def _of(you: Learner, since: datetime) -> Standing | None:
    own = Standing.objects.filter(learner=you, since=since, learner__user__is_active=True)
    return own.select_related("learner__user").first()


def _ahead_of(mine: Standing, listed: QuerySet[Standing]) -> int:
    """Three stretches of the index, none of which has to look at a row."""
    tied = listed.filter(points=mine.points)
    return (
        listed.filter(points__gt=mine.points).count()
        + tied.filter(last__lt=mine.last).count()
        + tied.filter(last=mine.last, learner__lt=mine.learner_id).count()
    )


def _row(rank: int, standing: Standing, you: Learner | None) -> Row:
    is_you = you is not None and standing.learner_id == you.id
    return Row(rank, standing.learner.display_name, standing.points, standing.solved, is_you)

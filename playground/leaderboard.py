"""Who solved what: each challenge counts once, for whoever has an accepted submission of it.

What it counts is the first accepted submission's worth: see scoring.py.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, IntegerField, Max, Min, Q, QuerySet, Sum

from lockstep.verdicts import Verdict
from playground import scoring, streams
from playground.models import Challenge, Learner, Solve, Submission
from playground.models.submission import Kind

PAGE = 100
_OWN = Q(solves__tenths__gt=0)
"""What was solved after giving up is solved, and no merit."""


def _earned(solves: str = "") -> Sum:
    """The points of the solves at the end of that path. Both databases divide as scoring.points() does."""
    each = F(f"{solves}challenge__current__points") * F(f"{solves}tenths") / scoring.FULL
    return Sum(each, output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the leaderboard."""

    rank: int
    name: str
    points: int
    solved: int
    is_you: bool


def record(learner: Learner, challenge: Challenge) -> None:
    """Makes the solve agree with the submissions, whichever way they changed. Call it in their transaction.

    It counts from when it was sent, which neither a full queue nor grading it again can change.
    """
    first = Submission.objects.filter(
        learner=learner, revision__challenge=challenge, kind=Kind.SUBMIT, verdict=Verdict.ACCEPTED
    ).aggregate(at=Min("created"))["at"]
    if first is None:
        changed, _ = Solve.objects.filter(learner=learner, challenge=challenge).delete()
    else:
        worth = _worth(learner, challenge, first)
        changed = not Solve.objects.filter(learner=learner, challenge=challenge, **worth).exists()
        Solve.objects.update_or_create(learner=learner, challenge=challenge, defaults=worth)
    if changed and not learner.is_guest:
        announce()


def announce() -> None:
    """Has the pages that show the leaderboard look again, when what changed it is committed."""
    transaction.on_commit(streams.announce_board)


def _worth(learner: Learner, challenge: Challenge, at: datetime) -> dict[str, Any]:
    return {"at": at, "tenths": scoring.tenths_at(scoring.helped(learner, challenge), at)}


def solved(learner: Learner | None) -> set[str]:
    """The slugs of the challenges that a learner has solved."""
    return set(learner.solves.values_list("challenge__slug", flat=True)) if learner else set()


def points(learner: Learner | None) -> int:
    """The points that a learner has earned."""
    found = learner.solves.aggregate(total=_earned()) if learner else {}
    return found.get("total") or 0


def page(you: Learner | None, since: datetime | None = None) -> tuple[list[Row], Row | None]:
    """The best active accounts, most points first and ties by who was there first; and your own row wherever it is.

    Guests are not listed: they have no name to be known by; nor who does not want to be, but to themselves. Your row is
    None where you have solved nothing yet. With `since` only what was solved from then on counts.
    """
    listed = _ranked(since).filter(listed=True)
    rows = [
        _row(rank, learner, you)
        for rank, learner in enumerate(listed.order_by("-points", "last", "id")[:PAGE], start=1)
    ]
    own = next((row for row in rows if row.is_you), None)
    if own is None and you is not None and (mine := _ranked(since).filter(id=you.id).first()):
        own = _row(1 + listed.filter(_ahead_of(mine)).count(), mine, you)
    return rows, own


def _ranked(since: datetime | None) -> QuerySet[Any]:
    counts = _OWN & Q(solves__challenge__current__isnull=False)
    if since is not None:
        counts &= Q(solves__at__gte=since)
    return (
        Learner.objects.filter(counts, user__is_active=True)
        .select_related("user")
        .annotate(points=_earned("solves__"), solved=Count("solves"), last=Max("solves__at"))
    )


def _ahead_of(mine: Any) -> Q:
    tied = Q(points=mine.points) & (Q(last__lt=mine.last) | Q(last=mine.last, id__lt=mine.id))
    return Q(points__gt=mine.points) | tied


def _row(rank: int, learner: Any, you: Learner | None) -> Row:
    return Row(rank, learner.display_name, learner.points, learner.solved, you is not None and learner.id == you.id)

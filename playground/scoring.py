"""What solving a challenge is worth, and the help that makes it worth less.

Help has a time, and a submission counts with the help that its learner had had when it was sent. So trying costs
nothing, help that comes after the solution costs nothing, and grading anything again changes nothing but the verdict.
Since help never becomes less, the first accepted submission is always the best one.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from playground.models import Challenge, Help, Learner

FULL = 10
"""Points are counted in tenths of what the challenge gives."""
MOST_OFF_FOR_HINTS = 5


class NoSuchHintError(Exception):
    """The challenge has no such hint, or the one before it is still closed; the message says which can be opened."""


def tenths(hints: int, gave_up: bool) -> int:
    """What a solution is worth with that help, in tenths of the challenge's points."""
    return 0 if gave_up else FULL - min(hints, MOST_OFF_FOR_HINTS)


def tenths_at(help_: Help | None, moment: datetime) -> int:
    """What a solution sent at that moment is worth."""
    return FULL if help_ is None else tenths(help_.hints_before(moment), help_.had_given_up(moment))


def points(full: int, of_ten: int) -> int:
    """Whole points. leaderboard.py has the same as a query."""
    return full * of_ten // FULL


def helped(learner: Learner | None, challenge: Challenge) -> Help | None:
    """What the learner has been told, if anything."""
    return Help.objects.filter(learner=learner, challenge=challenge).first() if learner else None


def open_hint(learner: Learner, challenge: Challenge, number: int) -> Help:
    """Opens a hint, counted from 1; one that is open already stays so. Raises NoSuchHintError."""
    assert challenge.current is not None
    count = len(challenge.current.hints)
    with transaction.atomic():
        row = _locked(learner, challenge)
        opened = len(row.hints)
        following = opened + 1
        if not 1 <= number <= min(following, count):
            can = f"hint {following} is the next" if opened < count else "there is none left to open"
            raise NoSuchHintError(f"hint {number} cannot be opened: {can}")
        if number == following:
            row.hints = [*row.hints, timezone.now().isoformat()]
            row.save(update_fields=["hints"])
    return row


def give_up(learner: Learner, challenge: Challenge) -> Help:
    """Shows everything; whoever has done it gets no points for a solution sent later."""
    with transaction.atomic():
        row = _locked(learner, challenge)
        if row.gave_up is None:
            row.gave_up = timezone.now()
            row.save(update_fields=["gave_up"])
    return row


def _locked(learner: Learner, challenge: Challenge) -> Help:
    try:
        with transaction.atomic():
            Help.objects.get_or_create(learner=learner, challenge=challenge)
    except IntegrityError:
        pass  # another request made it in this moment
    return Help.objects.select_for_update().get(learner=learner, challenge=challenge)


def merge(guest: Learner, account: Learner) -> None:
    """What a guest was told, the account has been told too, each thing since the earlier time.

    But for what the account has solved already: logging in makes nothing worth less.
    """
    for theirs in Help.objects.filter(learner=guest).exclude(challenge__solves__learner=account):
        with transaction.atomic():
            own = _locked(account, theirs.challenge)
            first, second = sorted((own.hints, theirs.hints), key=len)
            own.hints = [min(pair) for pair in zip(first, second, strict=False)] + second[len(first) :]
            own.gave_up = min((at for at in (own.gave_up, theirs.gave_up) if at), default=None)
            own.save(update_fields=["hints", "gave_up"])


def shown(learner: Learner | None, challenge: Challenge) -> dict[str, Any]:
    """What a page or a script may know of hints, explanation and points.

    Hints that are closed have no text; the explanation is empty unless the challenge is solved or given up.
    """
    revision = challenge.current
    assert revision is not None
    row = helped(learner, challenge)
    solve = learner.solves.filter(challenge=challenge).first() if learner else None
    gave_up = row is not None and row.gave_up is not None
    opened = len(revision.hints) if gave_up else min(len(row.hints) if row else 0, len(revision.hints))
    now = tenths(opened, gave_up)
    return {
        "hints": [
            {"number": number, "text": text if number <= opened else None}
            for number, text in enumerate(revision.hints, 1)
        ],
        "opened": opened,
        "next": opened + 1 if opened < len(revision.hints) else None,
        "gave_up": gave_up,
        "solved": solve is not None,
        "points": revision.points,
        "worth": points(revision.points, now),
        "worth_after_next": points(revision.points, tenths(opened + 1, gave_up)),
        "earned": points(revision.points, solve.tenths) if solve else None,
        "explanation": revision.explanation if gave_up or solve else "",
        "has_explanation": bool(revision.explanation),
    }

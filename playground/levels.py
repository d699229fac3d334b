"""Levels of "you are the scheduler": challenges that are solved by a schedule.

A level's revision says what its program has to be made to do. Who finds a schedule that does it gets an accepted
submission with that schedule; hints, points and the leaderboard are those of any challenge.
"""

import json
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from lockstep.level import GOALS, reached
from lockstep.verdicts import State, Verdict
from playground import leaderboard, moves
from playground.models import Challenge, Learner, Submission
from playground.models.submission import Kind

TO_THE_END = 10_000_000


class NotFollowedError(Exception):
    """The schedule is none of the level's program; the message says why."""


def try_(learner: Learner, challenge: Challenge, schedule: str) -> dict[str, Any]:
    """Replays a schedule and says whether it reaches the goal: {"solved", "message", "interruptions", "par"}.

    Raises NotFollowedError, and what moves.ask() raises.
    """
    revision = challenge.current
    assert revision is not None
    rules = revision.level
    assert rules is not None
    question = moves.Question(revision.starter, "", schedule, TO_THE_END)
    answer = json.loads(moves.ask(learner, question, counts=True))
    if answer["move"] is None:
        raise NotFollowedError(answer["problem"])
    trace = answer["move"]["trace"]
    solved, count = reached(rules, trace["outcome"]), trace["preemptions"]
    if solved:
        _accept(learner, challenge, schedule, count)
        times = "interruption" if count == 1 else "interruptions"
        message = f"Solved with {count} {times}: " + (
            "fewer are not enough." if count <= rules["par"] else f"it can be done with {rules['par']}."
        )
    else:
        message = f"It has ended without {GOALS[rules['goal']]}. Take back a few moves, or start again."
    return {"solved": solved, "message": message, "interruptions": count, "par": rules["par"]}


def _accept(learner: Learner, challenge: Challenge, schedule: str, interruptions: int) -> None:
    """Once for each learner: whoever plays it again leaves no more rows."""
    revision = challenge.current
    assert revision is not None
    now = timezone.now()
    with transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(id=learner.id)
        if learner.solves.filter(challenge=challenge).exists():
            return
        Submission.objects.create(
            learner=learner,
            kind=Kind.LEVEL,
            revision=revision,
            source=revision.starter,
            schedule=schedule,
            seed=secrets.randbits(48),
            state=State.DONE,
            verdict=Verdict.ACCEPTED,
            message=f"{interruptions} interruptions.",
            published=now,
            finished=now,
        )
        leaderboard.record(learner, challenge)

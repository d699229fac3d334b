from django.db import models

from playground.models.challenge import Challenge
from playground.models.learner import Learner


class Solve(models.Model):
    """That a learner has solved a challenge, and when first. Derived from submissions by leaderboard.record()."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="solves")
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="solves")
    at = models.DateTimeField()
    tenths = models.PositiveSmallIntegerField(default=10)
    """Of the challenge's points; less with help, see playground/scoring.py."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=("learner", "challenge"), name="solved_once"),)

    def __str__(self) -> str:
        return f"{self.learner} solved {self.challenge}"

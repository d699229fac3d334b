from datetime import datetime

from django.db import models

from playground.models.challenge import Challenge
from playground.models.learner import Learner


class Help(models.Model):
    """What a learner has been told about a challenge, and when: written by playground/scoring.py alone."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="helps")
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="helps")
    hints = models.JSONField(default=list)
    """When the first hint was opened, the second, and so on, as ISO 8601 in UTC."""
    gave_up = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("learner", "challenge"), name="helped_once"),)

    def __str__(self) -> str:
        return f"{self.learner} was helped with {self.challenge}"

    def hints_before(self, moment: datetime) -> int:
        """How many hints were open then."""
        return sum(datetime.fromisoformat(at) <= moment for at in self.hints)

    def had_given_up(self, moment: datetime) -> bool:
        return self.gave_up is not None and self.gave_up <= moment

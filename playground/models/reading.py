from django.db import models

from playground.models.learner import Learner
from playground.models.lesson import Lesson


class Reading(models.Model):
    """That a learner says to have read a lesson: written by playground/readings.py alone."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="readings")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="readings")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("learner", "lesson"), name="read_once"),)

    def __str__(self) -> str:
        return f"{self.learner} has read {self.lesson}"

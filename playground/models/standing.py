from django.db import models

from playground.models.learner import Learner


class Standing(models.Model):
    """What a learner has earned in one stretch of time: ever, or a month. Derived from solves by leaderboard.py.

    Kept, because ranking a hundred thousand learners by their solves anew costs a second, and by an index nothing.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="standings")
    since = models.DateTimeField()
    until = models.DateTimeField()
    """What was solved at this moment and later does not count."""
    points = models.PositiveIntegerField()
    solved = models.PositiveIntegerField()
    last = models.DateTimeField()
    """When the last of them was solved."""
    listed = models.BooleanField()
    """For others to see: of an account that is active and wants to be."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=("learner", "since"), name="standing_once"),)
        indexes = (
            models.Index(
                "since",
                models.F("points").desc(),
                "last",
                "learner",
                # Neither first nor a condition: SQLite would sort, or look at every row to see that it holds.
                "listed",
                name="standing_rank",
            ),
        )

    def __str__(self) -> str:
        return f"{self.learner} has {self.points} points since {self.since:%Y-%m-%d}"

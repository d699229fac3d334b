from django.db import models

from playground.models.challenge import Revision


class Validation(models.Model):
    """What is known about whether a revision can be trusted: written by playground/validations.py alone.

    A worker grades the revision's own solutions a few at a time. token and lease belong to the one that is at it.
    """

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="validation")
    seeds = models.PositiveIntegerField()
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    """Gradings. 0: not counted yet."""
    green = models.BooleanField(null=True)
    """None until it is finished."""
    problems = models.JSONField(default=list)
    """[{"level": "error" or "warning", "text"}]"""
    tests = models.JSONField(default=list)
    """Names of the tests, in order: the columns of the table."""
    rows = models.JSONField(default=list)
    """The table of solutions against tests, as grader/validation/report.py has it."""
    report = models.JSONField(default=dict)
    """Everything that was graded so far, for whoever goes on with it."""

    published = models.DateTimeField()
    """When its message was last given to the broker."""
    token = models.UUIDField(null=True, blank=True)
    lease = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    """How many attempts in a row ended with a fault of ours."""
    delayed = models.CharField(max_length=300, blank=True, default="")
    """Why it does not go on, where something of ours is in the way."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="validation_is_finished_or_open",
                condition=models.Q(green=None, finished=None) | models.Q(green__isnull=False, finished__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"validation of {self.revision}"

    @property
    def errors(self) -> list[str]:
        return [problem["text"] for problem in self.problems if problem["level"] == "error"]

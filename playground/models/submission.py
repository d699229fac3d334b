import uuid

from django.db import models

from lockstep.verdicts import State, Verdict
from playground.models.challenge import Revision
from playground.models.learner import Learner


class Kind(models.TextChoices):
    RUN = "run", "Run"
    EXPLORE = "explore", "Exploration"
    SUBMIT = "submit", "Submission"
    LEVEL = "level", "Level"


class Queue(models.TextChoices):
    """What the broker's queues are called, in the order in which workers look into them."""

    INTERACTIVE = "interactive", "A learner waits"
    REJUDGE = "rejudge", "Graded again"


class Interpreter(models.TextChoices):
    """Which Python runs a program."""

    USUAL = "", "With the GIL"
    FREETHREADED = "freethreaded", "Without the GIL"


class Submission(models.Model):
    """Source sent to be run, explored, or graded against one revision: one kind of row for all.

    The state says where it is, the verdict what came out; a run that ended by itself has none. token, lease and
    attempt belong to the worker that has claimed it: see playground/submissions.py, the only writer of them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="submissions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions")
    source = models.TextField()
    stdin = models.TextField(blank=True, default="")
    schedule = models.TextField(blank=True, default="")
    """To explore: the one schedule to replay; empty for as many as there are."""
    interpreter = models.CharField(max_length=20, choices=Interpreter.choices, blank=True, default="")
    seed = models.PositiveBigIntegerField()
    created = models.DateTimeField(auto_now_add=True)

    state = models.CharField(max_length=10, default=State.QUEUED.value)
    queue = models.CharField(max_length=20, choices=Queue.choices, default=Queue.INTERACTIVE)
    published = models.DateTimeField()
    """When its message was last given to the broker, or may next be."""
    delayed = models.CharField(max_length=300, blank=True, default="")
    """Why it is still queued, in words for the learner, where something of ours is in the way."""
    token = models.UUIDField(null=True, blank=True)
    lease = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    """How many attempts ended with a fault of ours."""

    verdict = models.CharField(max_length=20, blank=True, default="")
    message = models.TextField(blank=True, default="")
    seconds = models.FloatField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)
    python = models.CharField(max_length=40, blank=True, default="")
    sandbox = models.CharField(max_length=10, blank=True, default="")
    output = models.JSONField(default=list, blank=True)
    """The first part of what may be shown of the output: [{"test", "stream", "text", "thread"}]."""
    report = models.JSONField(null=True, blank=True)
    """What an exploration found, in the shape of sandbox.exploration.Exploration."""

    class Meta:
        ordering = ("-created",)
        indexes = (
            models.Index(fields=("learner", "-created"), name="submission_of_learner"),
            models.Index(
                fields=("state", "created"), name="submission_open", condition=~models.Q(state=State.DONE.value)
            ),
            models.Index(
                fields=("verdict", "learner", "revision"),
                name="submission_accepted",
                condition=models.Q(verdict=Verdict.ACCEPTED.value),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="submission_done_has_no_token",
                condition=~models.Q(state=State.DONE.value) | models.Q(token=None, finished__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_open_has_no_verdict",
                condition=models.Q(state=State.DONE.value) | models.Q(verdict=""),
            ),
            models.CheckConstraint(
                name="submission_graded_against_a_revision",
                condition=~models.Q(kind=Kind.SUBMIT.value) | models.Q(revision__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.id}"


class TestResult(models.Model):
    """What one test of the challenge found."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="tests")
    index = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    visible = models.BooleanField()
    verdict = models.CharField(max_length=20)
    message = models.TextField(blank=True, default="")
    detail = models.TextField(blank=True, default="")
    """For the learner where the test is visible, for staff always."""
    line = models.PositiveIntegerField(null=True, blank=True)
    schedule = models.TextField(null=True, blank=True)  # noqa: DJ001  (None: not explored, "": the plain schedule)
    seconds = models.FloatField()
    stacks = models.JSONField(default=list, blank=True)
    finding = models.JSONField(null=True, blank=True)
    """The execution that failed, of a visible test in explore mode: in the shape of sandbox.exploration.Finding."""

    class Meta:
        ordering = ("index",)
        constraints = (models.UniqueConstraint(fields=("submission", "index"), name="test_once"),)

    def __str__(self) -> str:
        return self.name

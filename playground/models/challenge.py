from typing import Any

from django.db import models
from django.urls import reverse

from lockstep.limits import Limits
from lockstep.pack import Pack
from playground.models.lesson import Lesson


class Challenge(models.Model):
    """A task. What it says and tests is in its revisions; learners meet the current one."""

    slug = models.SlugField(max_length=60, unique=True)
    lesson = models.ForeignKey(Lesson, on_delete=models.SET_NULL, null=True, blank=True, related_name="challenges")
    order = models.PositiveIntegerField(default=0)
    current = models.ForeignKey(
        "Revision", on_delete=models.RESTRICT, null=True, blank=True, related_name="+", editable=False
    )
    """The published revision; None while there is none."""

    class Meta:
        ordering = ("order", "slug")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.current.title if self.current else self.slug

    @property
    def address(self) -> str:
        """Of its page: that of a level is another one."""
        is_level = self.current is not None and self.current.level is not None
        return reverse("level" if is_level else "challenge", args=[self.slug])


class ImmutableError(Exception):
    """An attempt to change a revision: make a new one."""


class RevisionQuerySet(models.QuerySet["Revision"]):
    def update(self, **values: Any) -> int:
        raise ImmutableError("revisions are never changed: make a new one with packs.save_revision()")


class Revision(models.Model):
    """One immutable state of a challenge: what a submission was graded against can always be read again."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    created = models.DateTimeField(auto_now_add=True)

    title = models.CharField(max_length=100)
    summary = models.CharField(max_length=300)
    difficulty = models.CharField(max_length=20)
    points = models.PositiveIntegerField()
    statement = models.TextField()
    explanation = models.TextField(blank=True, default="")
    starter = models.TextField()
    scenario = models.TextField()
    checks = models.TextField()
    tags = models.JSONField(default=list)
    hints = models.JSONField(default=list)
    limits = models.JSONField(default=dict)
    forbid = models.JSONField(default=dict)
    stop_at_first_failure = models.BooleanField(default=False)
    solutions = models.JSONField(default=dict)
    level = models.JSONField(null=True, editable=False)
    """Of a level (lockstep/level.py: Level.rules), whose program is the starter; None for a challenge with tests."""

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ("challenge", "-number")
        constraints = (
            models.UniqueConstraint(fields=("challenge", "number"), name="revision_number"),
            models.UniqueConstraint(fields=("challenge", "digest"), name="revision_content"),
        )

    def __str__(self) -> str:
        return f"{self.title} (revision {self.number})"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise ImmutableError(f"{self} is never changed: make a new one with packs.save_revision()")
        super().save(*args, **options)

    @property
    def pack(self) -> Pack:
        """The revision in the form of its files."""
        challenge = self.challenge
        fields = ("title", "summary", "difficulty", "points", "statement", "starter", "scenario", "checks", "tags")
        more = ("explanation", "hints", "limits", "forbid", "stop_at_first_failure", "solutions")
        return Pack.from_mapping(
            challenge.slug,
            {
                **{name: getattr(self, name) for name in fields + more},
                "order": challenge.order,
                "lesson": challenge.lesson.slug if challenge.lesson else "",
            },
        )

    @property
    def measure(self) -> Limits:
        """The limits with their defaults filled in."""
        return Limits.from_mapping(self.limits)

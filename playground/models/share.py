import secrets

from django.db import models

from playground.models.learner import Learner


def _key() -> str:
    return secrets.token_urlsafe(16)


class Share(models.Model):
    """A program, or one interleaving of it, that anybody with its link may read: written by playground/shares.py alone.

    A copy, so that what its learner writes later stays theirs.
    """

    key = models.CharField(max_length=22, primary_key=True, default=_key, editable=False)
    """128 bits that nobody guesses."""
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="shares")
    source = models.TextField()
    stdin = models.TextField(blank=True, default="")
    schedule = models.TextField(blank=True, default="")
    """The interleaving; empty: the program alone."""
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{'An interleaving' if self.schedule else 'A program'} of {self.learner}"

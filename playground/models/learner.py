import uuid

from django.conf import settings
from django.db import models


class Learner(models.Model):
    """Who the work belongs to: an account's owner, or a guest that a session remembers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="learner"
    )
    created = models.DateTimeField(auto_now_add=True)
    name = models.CharField(max_length=40, blank=True, default="")
    """What others see; empty: the username."""
    listed = models.BooleanField(default=True)
    """On the leaderboard, for others to see."""

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_guest(self) -> bool:
        return self.user_id is None

    @property
    def display_name(self) -> str:
        return (self.name or self.user.get_username()) if self.user else f"Guest {self.id.hex[:4]}"

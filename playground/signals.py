"""What happens when somebody logs in, or an account is closed or opened again, by whatever door."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from playground import leaderboard, learners
from playground.models import Learner


@receiver(user_logged_in)
def carry_over(sender: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    """Signing up logs in too, so this covers both."""
    if request is not None and hasattr(request, "session"):
        learners.adopt(user, request.session)


@receiver(post_save, sender=User)
def show_or_hide(sender: Any, instance: User, update_fields: Any = None, **_: Any) -> None:
    """Who may not log in is not listed either."""
    if update_fields is not None and "is_active" not in update_fields:
        return
    learner = Learner.objects.filter(user=instance).first()
    if learner is not None:
        leaderboard.relist(learner)

"""What happens when somebody logs in, by whatever door."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from playground import learners


@receiver(user_logged_in)
def carry_over(sender: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    """Signing up logs in too, so this covers both."""
    if request is not None and hasattr(request, "session"):
        learners.adopt(user, request.session)

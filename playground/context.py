from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from playground import interpreters, learners


def learner(request: HttpRequest) -> dict[str, Any]:
    """What every page may show."""
    return {
        "learner": SimpleLazyObject(lambda: learners.current(request)),
        "freethreaded": SimpleLazyObject(interpreters.freethreaded),
        "sandbox_kind": settings.SANDBOX,
        "sends_mail": "smtp" in settings.EMAIL_BACKEND,
    }

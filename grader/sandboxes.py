"""The one provider of sandboxes of this process, as the settings want it."""

from functools import cache

from django.conf import settings

from sandbox.pool import Sandbox, provider


@cache
def sandbox(kind: str = "") -> Sandbox:
    """Docker or local; "" means as the setting SANDBOX says. Raises SandboxUnavailableError with the remedy."""
    return provider(kind or settings.SANDBOX)

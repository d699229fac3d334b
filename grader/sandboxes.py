"""The one provider of sandboxes of this process, as the settings want it."""

from functools import cache
from typing import Literal, cast

from django.conf import settings

from sandbox.pool import Kind, Sandbox, provider


@cache
def sandbox(kind: Kind | None = None) -> Sandbox:
    """Docker or local; None means as the setting SANDBOX says. Raises SandboxUnavailableError with the remedy."""
    return provider(kind or cast("Kind | Literal['auto']", settings.SANDBOX))

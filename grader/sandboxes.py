"""The one provider of sandboxes of this process, as the settings want it."""

from functools import cache
from typing import Literal, cast

from django.conf import settings

from sandbox.pool import Kind, Sandbox, provider


@cache
def sandbox(kind: Kind | None = None, *, warm: bool = False) -> Sandbox:
    """Docker or local; None means as the setting SANDBOX says. Raises SandboxUnavailableError with the remedy.

    warm keeps containers ready for the next lease: for a worker, which must close() it at its end.
    """
    wanted = kind or cast("Kind | Literal['auto']", settings.SANDBOX)
    return provider(wanted, warm=(settings.WARM_SANDBOXES, settings.CELERY_WORKER_CONCURRENCY) if warm else None)

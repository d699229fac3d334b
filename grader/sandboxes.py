"""The one provider of sandboxes of this process, as the settings want it."""

import threading
from functools import cache
from typing import Literal, cast

from django.conf import settings

from sandbox.docker import DockerSandbox
from sandbox.errors import SandboxUnavailableError
from sandbox.image import has_freethreaded
from sandbox.pool import Kind, Sandbox, provider

_making = threading.Lock()


def sandbox(kind: Kind | None = None, *, warm: bool = False) -> Sandbox:
    """Docker or local; None means as the setting SANDBOX says. Raises SandboxUnavailableError with the remedy.

    warm keeps containers ready for the next lease: for a worker, which must close() it at its end.
    """
    # cache() alone would let two threads that come first make one each, and one of them would never be closed.
    with _making:
        return _sandbox(kind, warm)


def freethreaded() -> Sandbox:
    """Docker's with a free-threaded Python, to run programs. Raises SandboxUnavailableError without its image."""
    with _making:
        return _freethreaded()


def offers_freethreaded() -> bool:
    """Whether its image is there."""
    try:
        return sandbox(warm=True).kind == "docker" and has_freethreaded()
    except SandboxUnavailableError:
        return False


@cache
def _freethreaded() -> Sandbox:
    return DockerSandbox(runtime=settings.SANDBOX_RUNTIME, freethreaded=True)


@cache
def _sandbox(kind: Kind | None, warm: bool) -> Sandbox:
    wanted = kind or cast("Kind | Literal['auto']", settings.SANDBOX)
    sizes = (settings.WARM_SANDBOXES, settings.MOST_SANDBOXES)
    return provider(wanted, sizes if warm else None, settings.SANDBOX_RUNTIME)

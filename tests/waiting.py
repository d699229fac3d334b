"""Tests wait for a state, never for a time."""

import time
from collections.abc import Callable

POLL_SECONDS = 0.02


def wait_for(what: str, holds: Callable[[], bool], seconds: float = 30) -> None:
    """Returns as soon as it holds; fails, naming what was waited for, when it never does."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for: {what}"
        time.sleep(POLL_SECONDS)

"""What every worker does every few seconds, whether or not others do it too: nothing lost, nothing left behind."""

import itertools
import logging
import threading

from django.db import close_old_connections

from grader import pipeline
from grader.sandboxes import offers_freethreaded, sandbox
from playground import interpreters, learners, submissions, validations
from sandbox.errors import SandboxUnavailableError

logger = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
TIDY_EVERY = 120
"""Rounds of sweeping after which the database is tidied up, which may wait."""

_stop = threading.Event()


def sweep() -> None:
    """Takes back what dead workers held, publishes what waits, removes sandboxes that nobody wants."""
    submissions.take_back()
    validations.take_back()
    if offers_freethreaded():
        interpreters.offer_freethreaded()
    try:
        removed = sandbox(warm=True).sweep(pipeline.owner_lives)
    except SandboxUnavailableError as error:
        logger.debug("no sandboxes to sweep: %s", error)
    else:
        if removed:
            logger.warning("%d sandboxes were left behind and are removed", removed)


def tidy() -> None:
    """Removes guests who are gone, and sessions that have ended."""
    if removed := learners.sweep():
        logger.info("%d guests have not been here for long and are removed", removed)


def start() -> threading.Thread:
    """Sweeps in a thread of its own until stop()."""
    _stop.clear()
    thread = threading.Thread(target=_run, name="sweeper", daemon=True)
    thread.start()
    return thread


def stop() -> None:
    _stop.set()


def _run() -> None:
    for turn in itertools.count():
        try:
            close_old_connections()
            sweep()
            if turn % TIDY_EVERY == 0:
                tidy()
        except Exception:
            # The database or the engine may be away: the next round finds what this one missed.
            logger.exception("sweeping failed")
        if _stop.wait(EVERY_SECONDS):
            return

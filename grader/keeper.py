"""Watches over what this worker is doing: renews its claims, and ends at once what is no longer wanted.

One thread for all that a worker does at the time. A claim that no longer holds was stopped by its learner, or taken
over by another worker; either way the sandbox is of no more use and is removed, which ends the work that waits for it.
"""

import logging
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

import django.db
from django.db import close_old_connections

from playground import submissions, validations
from sandbox.pool import Lease

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
RENEW_SECONDS = submissions.LEASE.total_seconds() / 3

Claim = submissions.Claim | validations.Claim


class ClaimLostError(Exception):
    """Its learner has stopped it, somebody asked for it anew, or another worker has it."""


class Keeper:
    """Knows the claims of this process and the sandboxes that work on them."""

    def __init__(self) -> None:
        self._held: dict[Claim, Lease | None] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    @contextmanager
    def keeping(self, claim: Claim) -> Iterator[None]:
        """Renews the claim while the block runs."""
        with self._changed:
            self._held[claim] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="keeper", daemon=True)
                self._thread.start()
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._held.pop(claim, None)

    def attach(self, claim: Claim, lease: Lease) -> None:
        """This sandbox works on the claim: close it when the claim is lost."""
        with self._changed:
            if claim in self._held:
                self._held[claim] = lease

    def detach(self, claim: Claim) -> None:
        """The sandbox has done its work: whoever leased it removes it, also when the claim is no more."""
        with self._changed:
            if claim in self._held:
                self._held[claim] = None

    def give_all_back(self) -> None:
        """The worker is asked to end: what it has not finished goes back into the queue, for the next one."""
        with self._changed:
            self._stopping = True
            held = dict(self._held)
        for claim in held:
            if isinstance(claim, submissions.Claim):
                submissions.give_back(claim, "", wait=timedelta(0), failed=False)
            else:
                validations.give_back(claim, "", wait=timedelta(0), failed=False)
            self._end(claim)

    @property
    def stopping(self) -> bool:
        return self._stopping

    def _watch(self) -> None:
        renewed = 0.0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._held))
                held = dict(self._held)
            try:
                close_old_connections()
                due = time.monotonic() - renewed >= RENEW_SECONDS
                alive = _alive(held, renew=due)
                if due:
                    renewed = time.monotonic()
            except django.db.Error:
                # The leases run for a while longer than this pause; a database that stays away ends them.
                logger.exception("claims cannot be renewed")
            else:
                for claim in held.keys() - alive:
                    self._end(claim)
            time.sleep(LOOK_SECONDS)

    def _end(self, claim: Claim) -> None:
        with self._changed:
            lease = self._held.get(claim)
            if lease is not None:
                self._held[claim] = None
        if lease is not None:
            logger.info("%s no longer holds: its sandbox is removed", claim)
            # An engine may take its time, in which the other claims would not be renewed.
            threading.Thread(target=_close, args=(lease,), name=f"removes {lease.id}").start()


def _alive(held: Collection[Claim], *, renew: bool) -> set[Claim]:
    """Those of the claims that hold."""
    to_submissions = {claim for claim in held if isinstance(claim, submissions.Claim)}
    to_validations = {claim for claim in held if isinstance(claim, validations.Claim)}
    if renew:
        return submissions.renew(to_submissions) | validations.renew(to_validations)
    return submissions.still_held(to_submissions) | validations.still_held(to_validations)


def _close(lease: Lease) -> None:
    try:
        lease.close()
    except Exception:
        logger.exception("sandbox %s cannot be removed now: the sweeper will", lease.id)


keeper = Keeper()

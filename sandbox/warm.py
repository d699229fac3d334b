"""A pool of warm sandboxes: containers that are started and ready before anybody asks.

What a lease takes from the pool is a container like any other: used once, by one learner, then removed. Only the wait
for it is gone. Containers are made by a thread of the pool's own, off everybody's path.

The pool holds between floor and ceiling sandboxes ready: one more each time somebody found it empty, one less for
each while in which nobody did. No more than ceiling are out at a time, made for somebody or warm: who comes then waits
in turn.
"""

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from lockstep.limits import Limits
from sandbox.docker import POOL_OWNER, DockerLease, DockerSandbox
from sandbox.errors import SandboxError, SandboxUnavailableError
from sandbox.pool import Lease, Sandbox
from sandbox.turns import Turns, Waiting, wait_quietly

log = logging.getLogger(__name__)

_SHRINK_SECONDS = 60.0
_IDLE_SECONDS = 600.0
"""How long a sandbox may wait for somebody; then a new one takes its place."""
_RETRY_SECONDS = 2.0


class WarmPool(Sandbox):
    """Warm sandboxes for leases whose limits fit into those given here; others get a container made for them.

    memory_mib and processes below these are enforced by the supervisor, the container's own being the ceiling; the
    size of a container's /tmp cannot change, so file_mib must be the same.
    """

    kind = "docker"

    def __init__(self, cold: DockerSandbox, floor: int = 2, ceiling: int = 8, limits: Limits | None = None) -> None:
        if not 1 <= floor <= ceiling:
            raise ValueError(f"a pool of {floor} to {ceiling} sandboxes: use 1 <= floor <= ceiling")
        self._cold = cold
        self._floor, self._ceiling = floor, ceiling
        self._limits = limits or Limits()
        self._ready: deque[tuple[DockerLease, float]] = deque()
        self._turns = Turns(ceiling)
        self._wanted = floor
        self._missed_at = time.monotonic()
        self._closed = False
        self._failing = False
        self._changed = threading.Condition()
        self._filler = threading.Thread(target=self._fill, name="sandbox-pool", daemon=True)
        self._filler.start()
        atexit.register(self.close)

    def check(self) -> str:
        return f"{self._cold.check()}, {self._floor} to {self._ceiling} warm, {self._ceiling} at a time"

    @property
    def ready(self) -> int:
        """How many sandboxes wait for somebody."""
        return len(self._ready)

    def lease(self, limits: Limits, owner: str, waiting: Waiting = wait_quietly) -> Lease:
        self._turns.take(waiting)
        try:
            lease = self._lease(limits, owner)
        except BaseException:
            self._turns.give()
            raise
        lease.when_closed = self._turns.give
        return lease

    def _lease(self, limits: Limits, owner: str) -> DockerLease:
        if self._fits(limits):
            while (lease := self._take()) is not None:
                if lease.alive():
                    return lease
                lease.close()
        return self._cold.lease(limits, owner)

    def _fits(self, limits: Limits) -> bool:
        mine = self._limits
        return (
            limits.file_mib == mine.file_mib
            and limits.memory_mib <= mine.memory_mib
            and limits.processes <= mine.processes
        )

    def _take(self) -> DockerLease | None:
        with self._changed:
            self._changed.notify_all()
            if self._ready:
                return self._ready.popleft()[0]
            self._wanted = min(self._ceiling, self._wanted + 1)
            self._missed_at = time.monotonic()
            return None

    def sweep(self, owner_lives: Callable[[str], bool]) -> int:
        return self._cold.sweep(owner_lives)

    def close(self) -> None:
        """Removes the sandboxes that wait. Leases that are out go on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._filler.join()
        while self._ready:
            self._ready.popleft()[0].close()
        atexit.unregister(self.close)

    # ------------------------------------------------------------------------------------- the pool's thread

    def _fill(self) -> None:
        while True:
            with self._changed:
                while not self._closed and len(self._ready) >= self._wanted and not self._too_old():
                    self._changed.wait(_SHRINK_SECONDS)
                    self._shrink()
                if self._closed:
                    return
                surplus = self._ready.popleft()[0] if self._ready and self._too_old() else None
            if surplus is not None:
                surplus.close()
            else:
                self._add()

    def _too_old(self) -> bool:
        """Whether the sandbox that has waited longest should go: too many, or waiting for too long."""
        if not self._ready:
            return False
        return len(self._ready) > self._wanted or time.monotonic() - self._ready[0][1] > _IDLE_SECONDS

    def _shrink(self) -> None:
        if time.monotonic() - self._missed_at > _SHRINK_SECONDS:
            self._wanted = max(self._floor, self._wanted - 1)
            self._missed_at = time.monotonic()

    def _add(self) -> None:
        try:
            lease = self._cold.lease(self._limits, POOL_OWNER)
        except SandboxUnavailableError as error:
            # Whoever wants a sandbox says so too; saying it once is enough for as long as it lasts.
            log.log(logging.DEBUG if self._failing else logging.WARNING, "no warm sandbox: %s", error)
            self._failing = True
            self._pause()
        except SandboxError:
            log.exception("no warm sandbox")
            self._pause()
        else:
            self._failing = False
            with self._changed:
                self._ready.append((lease, time.monotonic()))
                self._changed.notify_all()

    def _pause(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, _RETRY_SECONDS)

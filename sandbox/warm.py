"""A pool of warm sandboxes: those that are started and ready before anybody asks.

What a lease takes from the pool is a sandbox like any other: used once, by one learner, then removed. Only the wait
for it is gone. Sandboxes are made and removed by a thread of the pool's own, off everybody's path.

The pool holds between floor and ceiling sandboxes ready: one more each time somebody found it empty, one less for
each while in which nobody did. No more than ceiling are out at a time, made for somebody or warm: who comes then waits
in turn.

A learner who runs one program after the other may have the same sandbox again, if it says that it is as new. It is
kept for a minute, and takes nothing from anybody: it has no turn, and whoever gets one makes those go that were kept
longest, until there are no more than ceiling with those that are out.
"""

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lockstep.limits import Limits
from sandbox.docker import LONGEST_LIFE_SECONDS, POOL_OWNER
from sandbox.errors import SandboxError, SandboxLostError, SandboxUnavailableError
from sandbox.pool import Lease, Sandbox
from sandbox.protocol import Event, Moved, Request, RunDone
from sandbox.turns import Turns, Waiting, wait_quietly

log = logging.getLogger(__name__)

_SHRINK_SECONDS = 60.0
_IDLE_SECONDS = 600.0
"""How long a sandbox may wait for somebody; then a new one takes its place."""
_KEEP_SECONDS = 60.0
"""How long one may wait for its learner to come again."""
_RETURN_SECONDS = 1.0
"""How long a learner waits for one that is just being wiped."""
_LIFE_SECONDS = LONGEST_LIFE_SECONDS / 2
"""After which one is not kept any more, whatever its learner does."""
_RETRY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _Made:
    """A sandbox of the pool's."""

    lease: Lease
    born: float
    since: float
    """When it began to wait."""
    limits: Limits | None = None
    """Those of the learner for whom it is kept. Others might not be seen to be met in it: the kernel's high-water marks
    are of a sandbox's whole life."""

    def within(self, seconds: float) -> bool:
        """Whether it has waited for less."""
        return time.monotonic() - self.since < seconds


class WarmPool(Sandbox):
    """Warm sandboxes for leases whose limits fit into those given here; others get one made for them.

    memory_mib and processes below these are enforced by the supervisor, the container's own being the ceiling; the
    size of its /tmp cannot change, so file_mib must be the same.
    """

    def __init__(self, cold: Sandbox, floor: int = 2, ceiling: int = 8, limits: Limits | None = None) -> None:
        if not 1 <= floor <= ceiling:
            raise ValueError(f"a pool of {floor} to {ceiling} sandboxes: use 1 <= floor <= ceiling")
        self.kind = cold.kind
        self._cold = cold
        self._floor, self._ceiling = floor, ceiling
        self._limits = limits or Limits()
        self._ready: deque[_Made] = deque()
        self._kept: dict[str, _Made] = {}
        """By learner, the one that has waited longest first."""
        self._returning: set[_Leased] = set()
        self._old: list[_Made] = []
        """To be removed."""
        self._out = 0
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

    @property
    def kept(self) -> int:
        """How many wait for the learner who had them."""
        return len(self._kept)

    def lease(self, limits: Limits, owner: str, waiting: Waiting = wait_quietly, learner: str = "") -> Lease:
        self._turns.take(waiting)
        with self._changed:
            self._out += 1
        try:
            made = self._mine(limits, learner) or self._new(limits, owner, learner)
        except BaseException:
            self._end_turn()
            raise
        return _Leased(self, made, limits, learner)

    def _mine(self, limits: Limits, learner: str) -> _Made | None:
        """The sandbox that was kept for a learner, if there is one. Others go where there are too many."""
        with self._changed:
            self._changed.wait_for(lambda: learner in self._kept or not self._on_its_way(learner), _RETURN_SECONDS)
            mine = self._kept.pop(learner, None)
            while self._kept and self._out + len(self._kept) > self._ceiling:
                self._remove(self._kept.pop(next(iter(self._kept))))
        if mine is None or (mine.limits == limits and mine.within(_KEEP_SECONDS) and mine.lease.alive()):
            return mine
        with self._changed:
            self._remove(mine)
        return None

    def _on_its_way(self, learner: str) -> bool:
        return any(leased.learner == learner for leased in self._returning)

    def _new(self, limits: Limits, owner: str, learner: str) -> _Made:
        if self._fits(limits):
            while (warm := self._take()) is not None:
                if warm.lease.alive():
                    return warm
                warm.lease.close()
        now = time.monotonic()
        # One that may be kept outlives what it was made for.
        return _Made(self._cold.lease(limits, POOL_OWNER if learner else owner), now, now)

    def expect(self, leased: "_Leased") -> None:
        """It has done what it was wanted for, and will be back in a moment."""
        with self._changed:
            self._returning.add(leased)

    def take_back(self, leased: "_Leased") -> None:
        """Keeps a sandbox for its learner, or removes it; the turn ends when that is done."""
        made, learner, now = leased.made, leased.learner, time.monotonic()
        kept = False
        try:
            if learner and now - made.born < _LIFE_SECONDS and made.lease.renew():
                with self._changed:
                    kept = not self._closed
                    if kept:
                        if learner in self._kept:
                            self._remove(self._kept.pop(learner))
                        self._kept[learner] = _Made(made.lease, made.born, now, leased.limits)
            if not kept:
                made.lease.close()
        finally:
            with self._changed:
                self._returning.discard(leased)
            self._end_turn()

    def _end_turn(self) -> None:
        with self._changed:
            self._out -= 1
            self._changed.notify_all()
        self._turns.give()

    def _remove(self, made: _Made) -> None:
        """Has the pool's thread remove it. Called with the lock held."""
        self._old.append(made)
        self._changed.notify_all()

    def _fits(self, limits: Limits) -> bool:
        mine = self._limits
        return (
            limits.file_mib == mine.file_mib
            and limits.memory_mib <= mine.memory_mib
            and limits.processes <= mine.processes
        )

    def _take(self) -> _Made | None:
        with self._changed:
            self._changed.notify_all()
            if self._ready:
                return self._ready.popleft()
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
        for made in [*self._ready, *self._kept.values(), *self._old]:
            made.lease.close()
        for emptied in (self._ready, self._kept, self._old):
            emptied.clear()
        atexit.unregister(self.close)

    # ------------------------------------------------------------------------------------- the pool's thread

    def _fill(self) -> None:
        while True:
            with self._changed:
                while not (self._closed or self._retire() or len(self._ready) < self._wanted):
                    self._changed.wait(self._until_next())
                    self._shrink()
                if self._closed:
                    return
                old = self._old.pop() if self._old else None
            if old is not None:
                old.lease.close()
            else:
                self._add()

    def _retire(self) -> bool:
        """Whether there are sandboxes to be removed: too many, or waiting for too long."""
        while self._ready and (len(self._ready) > self._wanted or not self._ready[0].within(_IDLE_SECONDS)):
            self._old.append(self._ready.popleft())
        for learner in [learner for learner, made in self._kept.items() if not made.within(_KEEP_SECONDS)]:
            self._old.append(self._kept.pop(learner))
        return bool(self._old)

    def _until_next(self) -> float:
        """Seconds until there may be something to do."""
        waited = (time.monotonic() - made.since for made in self._kept.values())
        return min(_SHRINK_SECONDS, max(0.0, _KEEP_SECONDS - max(waited, default=0.0)))

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
            now = time.monotonic()
            with self._changed:
                self._ready.append(_Made(lease, now, now))
                self._changed.notify_all()

    def _pause(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, _RETRY_SECONDS)


class _Leased(Lease):
    """A sandbox of the pool's, for one request; what becomes of it then is the pool's to say."""

    def __init__(self, pool: WarmPool, made: _Made, limits: Limits, learner: str) -> None:
        self._pool = pool
        self.made, self.limits, self.learner = made, limits, learner
        self.id, self.hello, self.first_user = made.lease.id, made.lease.hello, made.lease.first_user
        self._once = threading.Lock()
        self._closed = False

    def work(self, request: Request) -> Iterator[Event]:
        if self._closed:
            raise SandboxLostError("the sandbox is closed")
        for event in self.made.lease.work(request):
            if self.learner and isinstance(event, Moved | RunDone):
                self._pool.expect(self)
            yield event

    def alive(self) -> bool:
        return not self._closed and self.made.lease.alive()

    def close(self) -> None:
        with self._once:
            if self._closed:
                return
            self._closed = True
        self._pool.take_back(self)

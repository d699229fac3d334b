"""Data races by happens-before: two accesses of one place, one of them a write, that nothing orders.

Vector clocks over starts, joins, lock releases, notifications and queues (as FastTrack, Flanagan and Freund, PLDI 2009,
with full read vectors). Method calls on built-in containers are single steps in CPython and are not counted as races.
"""

from dataclasses import dataclass
from typing import Any

from sandbox.explorer.hooks import gone, keeper
from sandbox.explorer.instrument import Site
from sandbox.explorer.world import Fiber

Clock = dict[int, int]


@dataclass(frozen=True, slots=True)
class Access:
    """One side of a race."""

    thread: str
    line: int
    write: bool
    text: str


@dataclass(frozen=True, slots=True)
class Race:
    """Two accesses that nothing orders."""

    what: str
    first: Access
    second: Access


class _Shadow:
    """What is remembered of one place."""

    __slots__ = ("keep", "reads", "write")

    def __init__(self, keep: Any) -> None:
        self.keep = keep
        self.write: tuple[Fiber, int, Site] | None = None
        self.reads: dict[int, tuple[Fiber, int, Site]] = {}


class RaceDetector:
    """Fed by a tracer with what happens in one execution."""

    def __init__(self) -> None:
        self._shadows: dict[Any, _Shadow] = {}
        self._found: dict[tuple[int, int], Race] = {}

    @property
    def races(self) -> list[Race]:
        return list(self._found.values())

    def clock_of(self, fiber: Fiber) -> Clock:
        if fiber.clock is None:
            fiber.clock = {fiber.tid: 1}
        clock: Clock = fiber.clock
        return clock

    def started(self, parent: Fiber, child: Fiber) -> None:
        clock = self.clock_of(parent)
        child.clock = {**clock, child.tid: 1}
        clock[parent.tid] += 1

    def signal(self, fiber: Fiber, thing: Any) -> None:
        """What the fiber did so far happens before whoever receives from the thing next."""
        clock = self.clock_of(fiber)
        thing.clock = _merged(thing.clock, clock) if thing.clock else dict(clock)
        clock[fiber.tid] += 1

    def receive(self, fiber: Fiber, thing: Any) -> None:
        if thing.clock:
            fiber.clock = _merged(self.clock_of(fiber), thing.clock)

    def access(self, fiber: Fiber, place: Any, keep: Any, site: Site) -> None:
        shadow = self._shadows.get(place)
        if shadow is None or gone(shadow.keep):
            shadow = self._shadows[place] = _Shadow(keeper(keep))
        clock = self.clock_of(fiber)
        now = clock[fiber.tid]
        if shadow.write is not None:
            self._check(fiber, clock, shadow.write, site)
        if site.write:
            for read in shadow.reads.values():
                self._check(fiber, clock, read, site)
            shadow.write = (fiber, now, site)
            shadow.reads = {}
        else:
            shadow.reads[fiber.tid] = (fiber, now, site)

    def _check(self, fiber: Fiber, clock: Clock, before: tuple[Fiber, int, Site], site: Site) -> None:
        other, at, other_site = before
        if other is fiber or clock.get(other.tid, 0) >= at:
            return
        key = (min(other_site.number, site.number), max(other_site.number, site.number))
        if key not in self._found:
            self._found[key] = Race(
                site.text,
                Access(other.name, other_site.line, other_site.write, other_site.text),
                Access(fiber.name, site.line, site.write, site.text),
            )


def _merged(one: Clock, other: Clock) -> Clock:
    merged = dict(one)
    for tid, count in other.items():
        if merged.get(tid, 0) < count:
            merged[tid] = count
    return merged

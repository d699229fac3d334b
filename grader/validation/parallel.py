"""Many challenges graded at once, for the command line: no database, no broker."""

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest

from grader.validation.grading import Unit, grade, rounds, take
from grader.validation.report import Grading, PackReport
from lockstep.pack import Pack
from sandbox.pool import Lease, Sandbox

GUESSED_SECONDS = 2.0
"""What a grading takes, as long as none has been seen."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    done: int
    total: int
    seconds_left: float


@dataclass(slots=True)
class _Times:
    """What gradings took, for saying how long the others will."""

    of_file: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    total: float = 0.0
    count: int = 0

    def take(self, slug: str, file: str, seconds: float) -> None:
        self.of_file[slug, file].append(seconds)
        self.total += seconds
        self.count += 1

    def expected(self, slug: str, file: str) -> float:
        if known := self.of_file.get((slug, file)):
            return sum(known) / len(known)
        return self.total / self.count if self.count else GUESSED_SECONDS


class _Held:
    """The sandboxes that are in use, so that Ctrl-C need not wait for what runs in them."""

    def __init__(self) -> None:
        self._leases: set[Lease] = set()
        self._closed = False
        self._lock = threading.Lock()

    @contextmanager
    def holding(self, lease: Lease) -> Iterator[None]:
        with self._lock:
            self._leases.add(lease)
            closed = self._closed
        if closed:
            lease.close()
        try:
            yield
        finally:
            with self._lock:
                self._leases.discard(lease)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            leases = list(self._leases)
        for lease in leases:
            lease.close()


def validate(
    packs: Sequence[Pack], seeds: int, jobs: int, sandbox: Sandbox, tell: Callable[[Progress], None]
) -> list[PackReport]:
    """Grades every file of every pack with so many seeds, jobs at a time; one report each, in the same order.

    tell is called at the beginning and after each grading. Raises SandboxError where a sandbox cannot be had.
    """
    reports = [PackReport.of(pack) for pack in packs]
    # Seed by seed through all of them: what is wrong shows early, and so does how long each file takes.
    by_round = zip_longest(*(rounds(pack, seeds) for pack in packs), fillvalue=[])
    waiting = [(at, unit) for one in by_round for at, units in enumerate(one) for unit in units]
    waiting.reverse()
    total = len(waiting)
    times = _Times()
    held = _Held()
    running: dict[Future[tuple[Grading, float]], tuple[int, Unit]] = {}

    def told() -> Progress:
        left = [*waiting, *running.values()]
        seconds = sum(times.expected(packs[at].slug, unit.file) for at, unit in left)
        return Progress(total - len(left), total, seconds / jobs)

    tell(told())
    with ThreadPoolExecutor(jobs, thread_name_prefix="validate") as pool:
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    at, unit = waiting.pop()
                    if not reports[at].fault:
                        future = pool.submit(_timed, packs[at], unit, sandbox, held)
                        running[future] = at, unit
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    at, unit = running.pop(future)
                    take(reports[at], unit, lambda future=future: future.result()[0])  # type: ignore[misc]
                    if future.exception() is None:
                        times.take(packs[at].slug, unit.file, future.result()[1])
                tell(told())
        except BaseException:
            held.close()
            raise
    return reports


def _timed(pack: Pack, unit: Unit, sandbox: Sandbox, held: _Held) -> tuple[Grading, float]:
    began = time.monotonic()
    return grade(pack, unit, sandbox, f"command:{os.getpid()}", held.holding), time.monotonic() - began

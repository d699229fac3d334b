"""Grades one right solution of every challenge again and again, each time with another seed; prints verdicts and times.

    .venv/bin/python -m bench.grading [SLUG...] [--times 100] [--busy 2] [--jobs 2]

busy: so many processes that never rest run beside it, as on a host that has much else to do; the verdicts must stay
the same. jobs: gradings at a time; one, where the times are to be those of a learner who is alone. Times are medians in
milliseconds; "slowest" is the slowest of them all:

    begin     until the first test begins: a sandbox from the pool, checks.py read, its tests told
    graded    from asking for a sandbox to the last word about the last test, which is what a learner waits for
    cpu       processor time of the learner's processes in all tests, the explorer's included
    test      the slowest test

Exit code 1: a verdict was not ACCEPTED.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from statistics import median

from lockstep.pack import Pack, read_packs
from lockstep.verdicts import Verdict
from sandbox.pool import Lease, Sandbox
from sandbox.protocol import Event, Request, Started, TestDone, Tests

CONTENT = Path(__file__).resolve().parents[2] / "content" / "challenges"


class Watched(Lease):
    """A lease that remembers when its sandbox said what."""

    def __init__(self, lease: Lease) -> None:
        self.id, self.hello, self.first_user = lease.id, lease.hello, lease.first_user
        self.said: list[tuple[float, Event]] = []
        self._lease = lease

    def work(self, request: Request) -> Iterator[Event]:
        for event in self._lease.work(request):
            self.said.append((time.perf_counter(), event))
            yield event

    def close(self) -> None:
        self._lease.close()


@dataclass(frozen=True, slots=True)
class Grading:
    """One of a reference; times in seconds."""

    verdict: str
    begin: float
    graded: float
    cpu: float
    tests: dict[str, float]
    """By name."""


def row(gradings: list[Grading]) -> str:
    tests = {name: median(each.tests[name] for each in gradings) for name in gradings[0].tests}
    name, slowest = max(tests.items(), key=lambda each: each[1])
    verdicts = " ".join(f"{verdict} {count}" for verdict, count in Counter(each.verdict for each in gradings).items())
    graded = [each.graded for each in gradings]
    values = [median(graded), max(graded), *(median(map(attrgetter(each), gradings)) for each in ("begin", "cpu"))]
    return f"{' '.join(f'{value * 1000:>8.0f}' for value in values)} {slowest * 1000:>7.0f}  {verdicts:<14} {name[:60]}"


def reference(pack: Pack) -> str:
    """The first right solution, by name."""
    return min(name for name in pack.solutions if pack.expected(name) == {Verdict.ACCEPTED})


def grade(pack: Pack, seed: int, sandbox: Sandbox) -> Grading:
    from grader.judge import Judge, Work

    work = Work("grade", pack.solutions[reference(pack)], seed, pack)
    began = time.perf_counter()
    with sandbox.lease(work.limits, f"command:{os.getpid()}") as leased:
        lease = Watched(leased)
        outcome = Judge(work, lambda event: None, sandbox.kind).judge(lease)
    (names,) = ([test.name for test in event.tests] for _, event in lease.said if isinstance(event, Tests))
    done = [(at, event) for at, event in lease.said if isinstance(event, TestDone)]
    return Grading(
        verdict=str(outcome.verdict),
        begin=next(at for at, event in lease.said if isinstance(event, Started)) - began,
        graded=done[-1][0] - began,
        cpu=sum(event.measured.cpu_seconds for _, event in done),
        tests={names[event.test]: event.measured.wall_seconds for _, event in done},
    )


@contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes that never rest, and end with this one, however it ends."""
    program = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(100_000))"
    running = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(count)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from sandbox.pool import provider

    parser = argparse.ArgumentParser(prog="python -m bench.grading", description=__doc__.split("\n", 1)[0])
    parser.add_argument("slugs", metavar="SLUG", nargs="*", help="challenges (default: all)")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--sandbox", choices=("auto", "docker", "local"), default="auto")
    given = parser.parse_args()
    packs = [pack for pack in read_packs(CONTENT) if pack.slug in given.slugs or not given.slugs]
    sandbox = provider(given.sandbox, warm=(given.jobs, given.jobs))
    load = os.getloadavg()[0]
    print(f"{sandbox.kind}, {given.times} times, {given.jobs} at once, {given.busy} busy processes, load {load:.1f}")
    columns = " ".join(f"{name:>8}" for name in ("graded", "slowest", "begin", "cpu"))
    print(f"{'challenge':<22} {columns} {'test':>7}  verdicts", flush=True)
    same = True
    try:
        with busy(given.busy), ThreadPoolExecutor(given.jobs) as pool:
            for pack in packs:
                gradings = list(pool.map(partial(grade, pack, sandbox=sandbox), range(1, given.times + 1)))
                same = same and {each.verdict for each in gradings} == {Verdict.ACCEPTED}
                print(f"{pack.slug:<22} {row(gradings)}", flush=True)
    finally:
        sandbox.close()
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())

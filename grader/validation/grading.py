"""What there is to grade of a challenge, and how one piece of it is graded."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from grader.judge import ChallengeFaultError, Judge, Work
from grader.samples import samples_as_tests
from grader.validation.report import STARTER, Grading, PackReport
from lockstep.pack import Pack
from lockstep.verdicts import Verdict
from playground.submissions import Outcome
from sandbox.errors import SandboxLostError
from sandbox.pool import Lease, Sandbox

MOST_ATTEMPTS = 3
"""How often a grading that is lost by our fault is tried."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One file to be graded once: by the challenge's tests, or by the samples of its statement."""

    file: str
    seed: int
    samples: bool = False


def rounds(pack: Pack, seeds: int) -> Iterator[list[Unit]]:
    """What there is to grade, seed by seed: what is plainly wrong is known after the first round.

    The seeds are 1, 2, 3 and so on, so that `manage.py grade --seed` repeats what the report says.
    """
    files = [*pack.solutions, STARTER]
    for seed in range(1, seeds + 1):
        units = [Unit(file, seed) for file in files]
        if seed == 1 and samples_as_tests(pack):
            # One right solution is enough: the tests say that the others do the same.
            right = sorted(name for name in pack.solutions if pack.expected(name) == {Verdict.ACCEPTED})
            units += [Unit(name, seed, samples=True) for name in right[:1]]
        yield units


def grade(
    pack: Pack, unit: Unit, sandbox: Sandbox, owner: str, holding: Callable[[Lease], AbstractContextManager[None]]
) -> Grading:
    """Grades in a sandbox of its own; holding is entered with it, for whoever may have to close it early.

    Raises SandboxError, SandboxLostError after so many attempts only, and ChallengeFaultError.
    """
    source = pack.starter if unit.file == STARTER else pack.solutions[unit.file]
    tests = samples_as_tests(pack) if unit.samples else pack
    assert tests is not None
    work = Work("grade", source, unit.seed, tests)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            with sandbox.lease(work.limits, owner) as lease, holding(lease):
                return _grading(unit, Judge(work, lambda event: None, sandbox.kind).judge(lease))
        except SandboxLostError:
            if attempt == MOST_ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _grading(unit: Unit, outcome: Outcome) -> Grading:
    assert outcome.verdict is not None
    tests = tuple((row.index, row.name, row.verdict) for row in outcome.tests)
    return Grading(unit.file, unit.seed, outcome.verdict, outcome.message, tests, outcome.seconds)


def take(report: PackReport, unit: Unit, graded: Callable[[], Grading]) -> None:
    """Takes one grading into the report, or the fault of the challenge's own that it met. Raises SandboxError."""
    try:
        grading = graded()
    except ChallengeFaultError as error:
        if unit.samples:
            report.samples.append(f"the statement's samples cannot be run: {error}")
        else:
            report.fault = str(error)
        return
    if unit.samples:
        report.take_samples(grading)
    else:
        report.take(grading)

"""A validation's way through workers: a slice at a time, so that nobody who waits for a verdict waits for it."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial

from grader.keeper import ClaimLostError, keeper
from grader.sandboxes import sandbox
from grader.validation.grading import grade, rounds, take
from grader.validation.report import PackReport, Problem
from lockstep.pack import Pack
from playground import validations
from playground.models import Revision, Validation
from playground.validations import Claim, Stand
from sandbox.errors import SandboxError, SandboxUnavailableError
from sandbox.pool import Lease

logger = logging.getLogger(__name__)

SLICE_SECONDS = 5.0


def work(revision: int) -> None:
    """Works on a validation for a while, if it is free."""
    if keeper.stopping:
        return
    claim = validations.claim(revision)
    if claim is None:
        return
    with keeper.keeping(claim):
        try:
            _slice(claim)
        except ClaimLostError:
            logger.info("the validation of revision %d is no longer ours", revision)
        except SandboxUnavailableError as error:
            logger.error("the validation of revision %d waits: %s", revision, error)
            validations.give_back(claim, "no sandbox can be started now", failed=False)
        except SandboxError as error:
            logger.error("the validation of revision %d: %s", revision, error)
            validations.give_back(claim, str(error), failed=True)
        except Exception as error:
            logger.exception("the validation of revision %d failed by our fault", revision)
            validations.give_back(claim, f"{type(error).__name__}: {error}", failed=True)


def _slice(claim: Claim) -> None:
    row = Validation.objects.get(revision=claim.revision)
    revision = Revision.objects.select_related("challenge__lesson").get(id=claim.revision)
    pack = revision.pack
    report = PackReport.from_mapping(row.report) if row.report else PackReport.of(pack)
    by_seed = list(rounds(pack, row.seeds))
    units = [unit for one in by_seed for unit in one]
    provider = sandbox(warm=True)
    until = time.monotonic() + SLICE_SECONDS
    done = row.done
    while done < len(units) and not report.fault:
        unit = units[done]
        take(report, unit, partial(grade, pack, unit, provider, f"validation:{claim.token}", partial(_holding, claim)))
        done += 1
        # What is plainly wrong is told after the first round, without another 49 of them.
        if done == len(by_seed[0]) and any(one.level == "error" for one in _problems(report, pack)):
            break
        if done < len(units) and (time.monotonic() > until or keeper.stopping):
            validations.put_back(claim, _stand(report, pack, done, len(units), finished=False))
            return
    validations.finish(claim, _stand(report, pack, done, len(units), finished=True))


@contextmanager
def _holding(claim: Claim, lease: Lease) -> Iterator[None]:
    """The keeper closes the sandbox when the claim is lost; where it is lost already, none is begun."""
    if not validations.still_held([claim]):
        raise ClaimLostError
    keeper.attach(claim, lease)
    try:
        yield
    finally:
        keeper.detach(claim)


def _problems(report: PackReport, pack: Pack) -> list[Problem]:
    return report.problems(pack, of_the_course=False)


def _stand(report: PackReport, pack: Pack, done: int, total: int, *, finished: bool) -> Stand:
    return Stand(
        done=done,
        total=total,
        tests=[name for _, name in sorted(report.tests.items())],
        rows=report.rows(),
        # Before every file has been graded once, much is missing and nothing is known to be wrong.
        problems=[asdict(one) for one in _problems(report, pack)] if finished else [],
        report=report.to_mapping(),
    )

"""A submission's way through a worker: claim, sandbox, live events, verdict, row.

Nothing in here may lose a submission or give it two verdicts: whatever happens, either finish() wrote the verdict
while the claim held, or the row is in the queue again, or its lease runs out and the sweeper puts it there.
"""

import hashlib
import logging
import uuid
from contextlib import ExitStack
from datetime import timedelta
from typing import Literal

from django.conf import settings

from grader.judge import ChallengeFaultError, Judge, Work, fault_outcome
from grader.keeper import ClaimLostError, keeper
from grader.sandboxes import freethreaded, sandbox
from playground import events, submissions
from playground.models import Submission
from playground.models.submission import Interpreter, Kind
from playground.streams import StreamWriter
from playground.submissions import Claim
from sandbox.errors import SandboxError, SandboxUnavailableError

logger = logging.getLogger(__name__)

_KINDS: dict[str, Literal["run", "explore", "grade"]] = {
    Kind.RUN: "run",
    Kind.EXPLORE: "explore",
    Kind.SUBMIT: "grade",
}

ENGINE_AWAY = "Grading is delayed: no sandbox can be started now. Your submission is kept and starts when one can."
TRIED_AGAIN = "The sandbox went away in the middle, which is our fault. Your submission is tried again."
ENGINE_RETRY = timedelta(seconds=5)
FAILURE_RETRY = timedelta(seconds=1)


def work(submission: uuid.UUID) -> None:
    """Works on a submission if it is free; returns without a word if it is not."""
    if keeper.stopping:
        return
    claim = submissions.claim(submission)
    if claim is None:
        return
    with keeper.keeping(claim):
        try:
            _grade(claim)
        except ClaimLostError:
            logger.info("submission %s is no longer ours: it leaves the line for a sandbox", submission)
        except SandboxUnavailableError as error:
            logger.error("submission %s waits: %s", submission, error)
            submissions.give_back(claim, ENGINE_AWAY, wait=ENGINE_RETRY, failed=False)
        except SandboxError as error:
            if submissions.still_held([claim]):
                logger.error("submission %s, attempt %d: %s", submission, claim.attempt, error)
                submissions.give_back(claim, TRIED_AGAIN, wait=FAILURE_RETRY, failed=True)
        except Exception:
            logger.exception("submission %s, attempt %d failed by our fault", submission, claim.attempt)
            submissions.give_back(claim, TRIED_AGAIN, wait=FAILURE_RETRY, failed=True)


def _grade(claim: Claim) -> None:
    row = Submission.objects.select_related("revision__challenge__lesson").get(id=claim.submission)
    task = Work(
        kind=_KINDS[row.kind],
        source=row.source,
        seed=row.seed,
        pack=row.revision.pack if row.revision else None,
        stdin=row.stdin,
        schedule=row.schedule,
    )
    provider = freethreaded() if row.interpreter == Interpreter.FREETHREADED else sandbox(warm=True)
    with ExitStack() as until_removed:
        # The stream is written to its end before the verdict is: whoever sees the verdict finds all that came before.
        with StreamWriter(claim.submission, claim.attempt) as stream:
            lease = until_removed.enter_context(
                provider.lease(task.limits, owner(claim), _Waiting(claim, stream), _returning(row))
            )
            keeper.attach(claim, lease)
            try:
                outcome = Judge(task, stream.append, provider.kind).judge(lease)
            except ChallengeFaultError as error:
                logger.error("revision %s is at fault: %s", row.revision, error)
                outcome = fault_outcome(provider.kind)
        # Removing the sandbox, or wiping it, takes a while, for which nobody has to wait.
        keeper.detach(claim)
        submissions.finish(claim, outcome)


def _returning(row: Submission) -> str:
    """The learner, if the sandbox of the last run may do: what is graded has one that nobody has used."""
    return str(row.learner_id) if row.kind in (Kind.RUN, Kind.EXPLORE) else ""


class _Waiting:
    """Tells the page its place in the line for a sandbox, and leaves the line when the claim is lost."""

    def __init__(self, claim: Claim, stream: StreamWriter) -> None:
        self._claim, self._stream = claim, stream
        self._told = 0

    def __call__(self, place: int) -> None:
        if not submissions.still_held([self._claim]):
            raise ClaimLostError
        if place != self._told:
            self._told = place
            self._stream.append(events.waiting(place))


_OWNER = f"submission:{hashlib.sha256(settings.SECRET_KEY.encode()).hexdigest()[:12]}:"
"""Several installations may share an engine: each knows its own sandboxes, and leaves those of others alone."""


def owner(claim: Claim) -> str:
    """Names a claim to the provider of sandboxes."""
    return f"{_OWNER}{claim.token}"


def is_ours(name: str) -> bool:
    """Whether a sandbox was leased by a worker of this installation."""
    return name.startswith(_OWNER)


def owner_lives(name: str) -> bool:
    """Whether a sandbox is still wanted. What is not a submission's of ours (the command line's) looks after itself."""
    if not is_ours(name):
        return True
    return Submission.objects.filter(token=name.removeprefix(_OWNER)).exists()

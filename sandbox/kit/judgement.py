"""How a check says no."""

from lockstep.verdicts import Verdict
from sandbox.protocol import Report


class ChallengeError(Exception):
    """The instructor's scenario.py or checks.py is at fault."""


class CheckFailedError(Exception):
    """A check did not hold. message may always be shown, detail only for a visible test."""

    def __init__(self, message: str, detail: str = "", verdict: Verdict = Verdict.WRONG_ANSWER) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.verdict = verdict

    def report(self) -> Report:
        return Report(verdict=self.verdict, message=self.message, detail=self.detail)

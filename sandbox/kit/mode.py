"""What a mode is: how often, and under which conditions, a test's scenario runs.

A mode has two halves. This one runs with the checker: judge() asks for executions and decides. The other is a
function of the same name in sandbox/guest/modes and runs in the learner's process. A new mode is one file in each.
"""

import builtins
import itertools
import pprint
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from lockstep.verdicts import Verdict
from sandbox.kit.judgement import ChallengeError, CheckFailedError
from sandbox.kit.result import Failure, Result
from sandbox.kit.serve import Service, Site
from sandbox.protocol import Report

if TYPE_CHECKING:
    from sandbox.kit.test import Test


# Names of exceptions of the standard library that programs of this kind meet.
_LIBRARY = frozenset(
    (
        "BrokenBarrierError", "Empty", "Full", "ShutDown",
        "CancelledError", "InvalidStateError", "QueueEmpty", "QueueFull", "QueueShutDown", "IncompleteReadError",
        "BrokenExecutor", "BrokenThreadPool", "BrokenProcessPool", "ProcessError", "PicklingError",
        "CalledProcessError", "JSONDecodeError",
        "URLError", "HTTPError", "HTTPException", "IncompleteRead", "RemoteDisconnected",
    )
)  # fmt: skip


class ModeBrokenError(Exception):
    """A mode itself failed: our fault, neither the learner's nor the instructor's."""


class Executor(Protocol):
    """What a mode asks of the learner's process."""

    seed: int
    """The same for every grading of one submission by one test."""

    def execute(self, case: Any, server: Service | Site | None) -> Result:
        """One execution of the test's scenario, in real mode, with that server. Raises BadResultError."""

    def exchange(self, message: dict[str, Any]) -> dict[str, Any]:
        """Sends the mode's other half a message and gives its answer, for modes that say more than execute()."""

    def is_of_program(self, text: str) -> bool:
        """Whether that is a name of the learner's source, such as `self.value`, so that a message may repeat it."""

    def is_line(self, number: Any) -> bool:
        """Whether the learner's source has a line of that number."""

    def is_word_of_scenario(self, word: str | None) -> bool:
        """Whether scenario.py itself has that name, so that a message may repeat it."""

    def progress(self, done: int, total: int, unit: str) -> None:
        """Tells whoever watches how far the test is."""


class Mode(ABC):
    """How a test's scenario is executed."""

    name: ClassVar[str]

    @abstractmethod
    def judge(self, test: "Test", cases: list[Any], executor: Executor) -> Report:
        """Runs the test and says what came out.

        Exceptions of the test's own methods are let through, CheckFailedError and BadResultError apart.
        """


def failed(result: Result, case: Any, executor: Executor) -> Report | None:
    """The report on an execution that ended in an exception, in the scenario or lost in a thread. None: it did not.

    message tells nothing that the learner's program or the case could have put there. Raises ChallengeError where
    scenario.py is at fault.
    """
    if result.error is not None:
        return report_of(result.error, case, executor)
    if result.lost:
        failure = result.lost[0]
        message = f"{an_exception(failure, executor)} ended a thread or task, and nobody noticed."
        return Report(Verdict.RUNTIME_ERROR, message, _detail(failure, case), failure.line)
    return None


def report_of(failure: Failure, case: Any, executor: Executor) -> Report:
    """The report on an exception that came out of the scenario. Raises ChallengeError where scenario.py is at fault."""
    detail = _detail(failure, case)
    match failure.kind:
        case "challenge":
            raise ChallengeError(f"scenario.py raised: {failure.text.strip()}")
        case "missing" if executor.is_word_of_scenario(failure.missing):
            owner = "Your program"
            if failure.owner is not None:
                known = executor.is_word_of_scenario(failure.owner)
                owner = f"`{failure.owner}`" if known else "An object of your program"
            message = f"{owner} has no `{failure.missing}`: the task asks for one with exactly this name."
        case "exit":
            message = "The program ended itself (SystemExit) before the test was over."
        case "missing" | "unusable":
            message = f"{an_exception(failure, executor)} was raised where the test used what your program gave it."
        case _:
            message = f"{an_exception(failure, executor)} was raised and nothing handled it."
    return Report(Verdict.RUNTIME_ERROR, message, detail, failure.line)


def an_exception(failure: Failure, executor: Executor) -> str:
    """Its name where that cannot hold a value of the case: one that Python gives, or that stands in the program."""
    name = failure.name
    known = getattr(builtins, name, None)
    if isinstance(known, type) and issubclass(known, BaseException):
        return name
    if name in _LIBRARY or (name.isidentifier() and executor.is_of_program(name)):
        return name
    whose = "test" if executor.is_word_of_scenario(name) else "program"
    return f"An exception of the {whose}'s own"


def _detail(failure: Failure, case: Any) -> str:
    where = f"In thread {failure.thread}:\n" if failure.thread else ""
    return f"{where}{failure.traceback}\ncase: {case!r}"


_COLUMN = 56
_ROWS = 60


def beside(first: Any, then: Any) -> str:
    """Two outcomes side by side, with a mark at each line in which they differ."""
    left, right = _told(first), _told(then)
    rows = [("one run", "another"), ("-" * 7, "-" * 7)]
    rows += itertools.zip_longest(left, right, fillvalue="")
    width = min(_COLUMN, max(len(one) for one, _ in rows))
    lines = [
        f"{one[:_COLUMN]:<{width}} {' ' if one == other or number < 2 else '|'} {other[:_COLUMN]}".rstrip()
        for number, (one, other) in enumerate(rows[: _ROWS + 2])
    ]
    if len(rows) > _ROWS + 2:
        lines.append(f"... {len(rows) - _ROWS - 2:,} more lines")
    return "\n".join(lines)


def _told(outcome: Any) -> list[str]:
    match outcome:
        case [value, str(printed)]:  # as Test.outcome() has it
            returned = [] if value is None else [f"returned {part}" for part in pprint.pformat(value).split("\n")]
            return [*printed.splitlines(), *returned]
        case list() | tuple():
            return [pprint.pformat(each, compact=True) for each in outcome]
    return pprint.pformat(outcome).split("\n")


class Determinism:
    """Notices when executions of one case come out differently though the test demands one result."""

    def __init__(self, test: "Test") -> None:
        self._test = test
        self._first: list[Any] = []

    def see(self, case: Any, result: Result) -> None:
        """Raises CheckFailedError (NONDETERMINISTIC)."""
        if not self._test.deterministic:
            return
        outcome = self._test.outcome(case, result)
        if not self._first:
            self._first.append(outcome)
        elif outcome != self._first[0]:
            raise CheckFailedError(
                "The result must be the same every time, and it changed.",
                beside(self._first[0], outcome),
                Verdict.NONDETERMINISTIC,
            )

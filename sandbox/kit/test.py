"""The base class of the tests in checks.py."""

import random
from collections.abc import Iterator
from typing import Any, ClassVar

from lockstep.verdicts import Verdict
from sandbox.kit.judgement import CheckFailedError
from sandbox.kit.mode import Mode
from sandbox.kit.real import real
from sandbox.kit.result import Result
from sandbox.kit.serve import Service, Site

_SHOWN = 4000


class Test:
    """One test. Its docstring's first line is its name, as the learner sees it.

    Tests run in the order of the file; each has a process of its own and the challenge's limits anew.
    """

    __test__ = False  # pytest: not one of yours

    scenario: ClassVar[str]
    """The function of scenario.py to call as scenario(solution, case)."""
    mode: ClassVar[Mode] = real()
    visible: ClassVar[bool] = False
    """Whether the learner may see its output, its inputs and the details of a failure."""
    deterministic: ClassVar[bool] = False
    """Whether outcome() must be the same in every execution of a case."""
    clean: ClassVar[bool] = True
    """Whether a thread or process that is left behind fails the test."""
    where_modelled: ClassVar[bool] = False
    """Explore mode: whether a program passes that asks for what is not modelled, because other tests judge it."""

    def __init__(self) -> None:
        self._hoped: dict[str, bool] = {}

    # ------------------------------------------------------------------------- what an instructor overrides

    def cases(self, rng: random.Random) -> Iterator[Any]:
        """The inputs: whatever JSON can say. rng gives the same numbers every time that the test is run.

        Entries of a case whose names begin with _ stay with the checker: answers of a server, expected results.
        """
        yield {}

    def server(self, case: Any) -> Service | Site | None:
        """What answers the learner's requests: serve() or serve_http(). Asked for each execution anew.

        The scenario gets it as its third argument, and result.served says what was asked of it.
        """
        return None

    def check(self, case: Any, result: Result) -> None:
        """Judges one execution, with the methods below."""

    def outcome(self, case: Any, result: Result) -> Any:
        """What deterministic compares."""
        return [result.value, result.stdout]

    # ----------------------------------------------------------------------------------- what a check uses

    def equal(self, got: Any, want: Any, message: str = "The result is not the expected one.") -> None:
        """Fails unless got == want, with tuples like lists. message is shown always, the values in a visible test."""
        got, want = _plain(got), _plain(want)
        if got != want:
            raise CheckFailedError(message, f"expected: {_shown(want)}\n     got: {_shown(got)}")

    def true(self, condition: Any, message: str) -> None:
        """Fails unless condition holds."""
        if not condition:
            raise CheckFailedError(message)

    def fail(self, message: str, detail: str = "") -> None:
        """Fails. message is shown always, detail in a visible test."""
        raise CheckFailedError(message, detail)

    def sometimes(self, condition: Any, message: str) -> None:
        """Fails a case, after all its executions, in none of which condition held."""
        self._hoped[message] = self._hoped.get(message, False) or bool(condition)

    # ------------------------------------------------------------------------------------ what a mode uses

    def begin_case(self) -> None:
        self._hoped = {}

    def end_case(self) -> None:
        """Raises CheckFailedError for what sometimes() waited for in vain."""
        for message, happened in self._hoped.items():
            if not happened:
                raise CheckFailedError(message, "It did not happen in any execution.")

    def judge(self, case: Any, result: Result) -> None:
        """Everything that can be said of one execution. Raises CheckFailedError."""
        self.check(case, result)
        if self.clean and result.threads_left:
            names = ", ".join(result.threads_left[:10])
            raise CheckFailedError("Threads were left running after the work was done.", f"left: {names}", Verdict.LEAK)
        if self.clean and result.tasks_left:
            names = ", ".join(result.tasks_left[:10])
            message = "Tasks were left running after the work was done: await them, or cancel them and await their end."
            raise CheckFailedError(message, f"left: {names}", Verdict.LEAK)
        if self.clean and result.processes_left:
            raise CheckFailedError(
                "Processes were left running after the work was done.", f"left: {result.processes_left}", Verdict.LEAK
            )

    @classmethod
    def title(cls) -> str:
        return (cls.__doc__ or "").strip().partition("\n")[0].strip()


def public(case: Any) -> Any:
    """What of a case the learner's process may have."""
    if not isinstance(case, dict):
        return case
    return {name: value for name, value in case.items() if not str(name).startswith("_")}


def _plain(value: Any) -> Any:
    """As JSON would have it, so that what a check writes compares with what has come through JSON."""
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."

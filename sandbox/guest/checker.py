"""The checker's process: holds checks.py, the cases and the expected answers, and decides.

It is another user's than the learner's, exists before the learner's process does, and drives the tests: what it
asks for, the supervisor has the learner's process do.
"""

import random
import re
import socket
import sys
import traceback
import types
from dataclasses import replace
from typing import Any

from sandbox import kit
from sandbox.guest.program import show_source
from sandbox.guest.web import HttpServer
from sandbox.guest.wire import ClosedError, Line
from sandbox.kit.judgement import ChallengeError
from sandbox.kit.mode import ModeBrokenError
from sandbox.kit.result import Result, from_wire
from sandbox.kit.serve import Service, Site
from sandbox.kit.test import Test, public

CHECKS_FILE = "checks.py"
SCENARIO_FILE = "scenario.py"
_CASES = 10_000
_NAMES = 4
"""Words of a name that a message may repeat, such as self.accounts[].balance."""


class LearnerEndedError(BaseException):
    """The learner's process is gone: nothing more can be executed in this test.

    A BaseException, so that no `except Exception` of a check swallows it.
    """


class _Executor:
    def __init__(self, line: Line, test: Test, order: dict[str, Any]) -> None:
        scenario, program = order["scenario"], order["program"]
        self.seed = random.Random(f"{order['seed']}:{type(test).__name__}:schedules").getrandbits(32)  # noqa: S311
        self._line = line
        self._test = test
        self._words = set(re.findall(r"\w+", scenario))
        self._program_words = set(re.findall(r"\w+", program))
        self._lines = len(program.splitlines())

    def execute(self, case: Any, server: Service | Site | None) -> Result:
        order = {"type": "execute", "case": case}
        if server is None:
            return from_wire(self.exchange(order))
        with HttpServer(server) as serving:
            result = from_wire(self.exchange({**order, "server": serving.url}))
            if serving.fault is not None:
                raise serving.fault
            return replace(result, served=serving.served())

    def exchange(self, message: dict[str, Any]) -> dict[str, Any]:
        if "case" in message:
            message = {**message, "case": public(message["case"])}
        self._line.send({"mode": self._test.mode.name, "scenario": self._test.scenario, **message})
        answer = self._line.receive()
        if answer["type"] == "ended":
            raise LearnerEndedError
        said: dict[str, Any] = answer["message"]
        return said

    def is_of_program(self, text: str) -> bool:
        words = re.findall(r"\w+", text)
        return (
            len(words) <= _NAMES and bool(re.fullmatch(r"[\w.\[\]]*", text)) and self._program_words.issuperset(words)
        )

    def is_line(self, number: Any) -> bool:
        return type(number) is int and 0 < number <= self._lines

    def is_word_of_scenario(self, word: str | None) -> bool:
        return word in self._words

    def progress(self, done: int, total: int, unit: str) -> None:
        self._line.send({"type": "progress", "done": done, "total": total, "unit": unit})


def main(descriptor: int) -> None:
    line = Line(socket.socket(fileno=descriptor))
    try:
        _work(line)
    except ClosedError:
        return


def _work(line: Line) -> None:
    order = line.receive()
    try:
        tests = _load(order["checks"], order["scenario"])
        cases = [_cases(test, order["seed"]) for test in tests]
    except BaseException as error:
        line.send({"type": "fault", "message": _fault(error)})
        return
    line.send({"type": "tests", "tests": [_info(test) for test in tests]})
    while True:
        number = line.receive()["test"]
        test = tests[number]
        try:
            report = test.mode.judge(test, cases[number], _Executor(line, test, order))
        except LearnerEndedError:
            continue
        except ClosedError:
            raise
        except ModeBrokenError as error:
            line.send({"type": "broken", "message": str(error)})
            return
        except BaseException as error:
            line.send({"type": "fault", "message": f"{type(test).__name__}: {_fault(error)}"})
            return
        line.send(
            {
                "type": "report",
                "verdict": report.verdict,
                "message": report.message,
                "detail": report.detail,
                "line": report.line,
                "schedule": report.schedule,
                "executions": report.executions,
                "finding": report.finding,
            }
        )


def _load(checks: str, scenario: str) -> list[Test]:
    """The tests of checks.py in order. Raises ChallengeError, or whatever the two files raise."""
    sys.modules["kit"] = kit
    scenarios = _module("scenario", scenario, SCENARIO_FILE)
    module = _module("checks", checks, CHECKS_FILE)
    found = [
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, Test)
        and each.__module__ == "checks"
        and not each.__name__.startswith("_")  # what tests have in common may be in a base class of that name
        and hasattr(each, "scenario")
    ]
    if not found:
        raise ChallengeError("checks.py has no test: write a class that inherits from Test and names its scenario")
    for each in found:
        if not each.title():
            raise ChallengeError(f"{each.__name__} has no docstring: its first line is the test's name")
        if not callable(getattr(scenarios, each.scenario, None)):
            raise ChallengeError(f"{each.__name__}: scenario.py has no function {each.scenario!r}")
    return [each() for each in found]


def _module(name: str, source: str, file: str) -> types.ModuleType:
    show_source(file, source)
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(compile(source, file, "exec", dont_inherit=True), module.__dict__)
    return module


def _cases(test: Test, seed: int) -> list[Any]:
    cases = []
    for case in test.cases(random.Random(f"{seed}:{type(test).__name__}")):  # noqa: S311 - must be repeatable
        cases.append(case)
        if len(cases) > _CASES:
            raise ChallengeError(f"{type(test).__name__} has more than {_CASES:,} cases")
    if not cases:
        raise ChallengeError(f"{type(test).__name__} has no cases")
    return cases


def _info(test: Test) -> dict[str, Any]:
    return {"name": test.title(), "visible": bool(test.visible), "mode": test.mode.name}


def _fault(error: BaseException) -> str:
    if isinstance(error, ChallengeError):
        return str(error)
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in (CHECKS_FILE, SCENARIO_FILE)
    ]
    told = "".join(traceback.format_list(frames) + traceback.format_exception_only(error))
    return told.strip()[-4000:]

"""The learner's program and the scenario in the learner's process, and what can be said about their exceptions."""

import builtins
import json
import linecache
import os
import sys
import traceback
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.guest.seal import Seal
from sandbox.kit import scenario
from sandbox.protocol import PROGRAM

if TYPE_CHECKING:
    from sandbox.guest.guard import Guard

SCENARIO_FILE = "scenario.py"
_TEXT = 20_000
"""Characters of a traceback or a repr that are kept."""
_NAME = 100
"""Characters of the name of an exception that are kept."""


class MissingScenarioError(Exception):
    """scenario.py has no function of that name."""


def show_source(name: str, source: str) -> None:
    """Lets tracebacks quote the source, wherever the program has gone in the meantime."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)


class Program:
    """The learner's source and the challenge's scenario, loaded anew for each execution."""

    def __init__(self, source: str, scenario: str) -> None:
        self.source = source
        self.scenario = scenario
        show_source(SCENARIO_FILE, scenario)
        self.module: types.ModuleType | None = None
        self.guard: Guard | None = None
        self._seal: Seal | None = None

    def seal(self) -> None:
        """Notes, the first time, what the program must leave as it is. Called before any of it runs."""
        if self._seal is None:
            scenario.before_each_thread = self._look_at_threads
            self._seal = Seal()

    def _look_at_threads(self) -> None:
        if self.guard is not None and self._seal is not None and self._seal.threads_broken():
            self.guard.meddles()

    def look(self) -> None:
        """Ends the process where the program has changed what it must leave as it is."""
        if self.guard is not None and self._seal is not None and self._seal.broken():
            self.guard.meddles()

    def syntax_error(self) -> dict[str, Any] | None:
        """What Python has against the source, or None."""
        try:
            compile(self.source, PROGRAM, "exec", dont_inherit=True)
        except SyntaxError as error:
            return {"text": str(error.msg)[:500], "line": error.lineno, "traceback": Program.traceback(error)}
        except Exception as error:  # nested too deep, or too much for the compiler
            text = f"too much for Python's parser ({type(error).__name__})"
            return {"text": text, "line": None, "traceback": text}
        return None

    def fresh(self, name: str) -> Callable[..., Any]:
        """The scenario of that name as a function of the case (and the test's server) over a newly imported program.

        Raises whatever the program raises while it is imported.
        """
        code = compile(self.source, PROGRAM, "exec", dont_inherit=True)
        scenarios = types.ModuleType("scenario")
        sys.modules["scenario"] = scenarios
        exec(compile(self.scenario, SCENARIO_FILE, "exec", dont_inherit=True), scenarios.__dict__)
        function = getattr(scenarios, name, None)
        if function is None:
            raise MissingScenarioError(name)
        module = types.ModuleType("main")
        module.__file__ = os.path.abspath(PROGRAM)
        if self.guard is not None:
            module.__dict__["__builtins__"] = space = dict(vars(builtins))
            self.guard.put_on(space)
        sys.modules["main"] = self.module = module
        exec(code, module.__dict__)
        return lambda *given: function(module, *given)

    @staticmethod
    def traceback(error: BaseException) -> str:
        """The traceback with the learner's frames only."""
        try:
            told = traceback.TracebackException.from_exception(error)
        except Exception:  # an exception whose own methods fail
            return f"{type(error).__name__}\n"
        _strip(told, set())
        return "".join(told.format())[:_TEXT]


def _strip(told: traceback.TracebackException, seen: set[int]) -> None:
    if id(told) in seen:
        return
    seen.add(id(told))
    told.stack = traceback.StackSummary.from_list([frame for frame in told.stack if frame.filename == PROGRAM])
    for other in (told.__cause__, told.__context__, *(getattr(told, "exceptions", None) or ())):
        if other is not None:
            _strip(other, seen)


def encode(value: Any) -> dict[str, Any]:
    """A returned value as JSON, or as its repr where JSON has no word for it."""
    try:
        json.loads(json.dumps(value))  # also what the other side could not read, such as a key that is not text
    except Exception:
        return {"value": None, "repr": safe_repr(value)}
    return {"value": value}


def safe_repr(value: Any) -> str:
    try:
        return repr(value)[:_TEXT]
    except Exception:
        return f"<{type(value).__name__} whose repr() fails>"


def describe(error: BaseException, program: Program) -> dict[str, Any]:
    """What a checker needs to know of an exception; every text is bounded."""
    kind = type(error)
    frames = traceback.extract_tb(error.__traceback__)
    said: dict[str, Any] = {
        "kind": "exception",
        "name": kind.__name__[:_NAME],
        "text": "".join(traceback.format_exception_only(kind, error))[:_TEXT],
        "traceback": Program.traceback(error),
        "line": next((frame.lineno for frame in reversed(frames) if frame.filename == PROGRAM), None),
    }
    innermost = frames[-1].filename if frames else ""
    if isinstance(error, SystemExit):
        said["kind"] = "exit"
    elif isinstance(error, MissingScenarioError) or (
        innermost == SCENARIO_FILE and isinstance(error, NameError | ImportError)
    ):
        said["kind"] = "challenge"
    elif isinstance(error, AttributeError) and innermost == SCENARIO_FILE:
        said |= _missing(error, program)
    elif innermost == SCENARIO_FILE:
        said["kind"] = "unusable"
    return said


def _missing(error: AttributeError, program: Program) -> dict[str, Any]:
    """The scenario asked for a name that the program does not have."""
    thing = error.obj
    if thing is program.module:
        return {"kind": "missing", "owner": None, "missing": str(error.name)}
    owner = thing if isinstance(thing, type) else type(thing)
    if getattr(owner, "__module__", None) == "main":
        return {"kind": "missing", "owner": owner.__name__[:100], "missing": str(error.name)}
    return {"kind": "unusable"}

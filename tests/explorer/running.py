"""Running small programs under the explorer."""

from textwrap import dedent
from typing import Any

from sandbox.explorer import Execution, Report, Settings, explore, load
from sandbox.explorer.execution import Runner
from sandbox.explorer.program import ModuleSource, Program
from sandbox.explorer.strategies.fixed import NoPreemption


def program(source: str, filename: str = "program.py") -> Program:
    return load(dedent(source), filename)


def plainly(source: str, stdin: str = "") -> Execution:
    """One execution under the default rule."""
    with Runner(program(source), stdin=stdin) as runner:
        return runner.run(NoPreemption())


def explored(source: str, schedules: int = 500, **settings: Any) -> Report:
    return explore(program(source), settings=Settings(schedules=schedules, **settings))


def output(execution: Execution) -> str:
    return execution.outcome.output


__all__ = ["ModuleSource", "explored", "output", "plainly", "program"]

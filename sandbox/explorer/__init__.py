"""The controlled scheduler: runs a program under schedules it chooses, and finds the one that breaks it.

    program = load(source, "program.py")
    report = explore(program, settings=Settings(schedules=500, seed=7))
    report.finding.execution.schedule   # replays it: replay(program, str(schedule))

See README.md in this folder for what is modelled and what is not.
"""

from sandbox.explorer.errors import DivergenceError, ExplorerError, NotModelledError, ProgramError, UsageError
from sandbox.explorer.execution import Execution, Kind, Outcome
from sandbox.explorer.explore import Finding, Report, Seen, Settings, explore, replay
from sandbox.explorer.program import ModuleSource, Program, load
from sandbox.explorer.schedule import Schedule
from sandbox.explorer.trace import Event, Tracer

__all__ = [
    "DivergenceError",
    "Event",
    "Execution",
    "ExplorerError",
    "Finding",
    "Kind",
    "ModuleSource",
    "NotModelledError",
    "Outcome",
    "Program",
    "ProgramError",
    "Report",
    "Schedule",
    "Seen",
    "Settings",
    "Tracer",
    "UsageError",
    "explore",
    "load",
    "replay",
]

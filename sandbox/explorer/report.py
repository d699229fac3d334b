"""A report as JSON values; sandbox/telling.py makes text of them."""

import sys
from dataclasses import asdict, fields
from typing import Any

from sandbox.explorer.execution import Execution
from sandbox.explorer.explore import Finding, Report, Seen
from sandbox.explorer.races import Race
from sandbox.explorer.trace import Event
from sandbox.explorer.waits import WaitGraph

FORMAT = 1
"""Version of the JSON."""

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"

_ALL = 1 << 30
_EVENT = tuple(field.name for field in fields(Event))
"""Of flat values: asdict(), which copies deeply, would take longer than the execution."""


def to_json(report: Report) -> dict[str, Any]:
    """The whole report: sandbox.exploration.Exploration without bounds, and with no traces but the finding's."""
    finding = report.finding
    return {
        "format": FORMAT,
        "python": PYTHON,
        "executions": report.executions,
        "seconds": round(report.seconds, 3),
        "outcomes": [seen_to_json(seen) for seen in report.outcomes],
        "left_out": 0,
        "finding": None if finding is None else _finding(finding),
        "races": [race_to_json(race) for race in report.races],
        "complete_bound": None if report.complete_bound < 0 else min(report.complete_bound, _ALL),
        "exhausted": report.complete_bound >= _ALL,
        "sites": report.sites,
        "diverged": report.diverged,
        "out_of_time": report.out_of_time,
    }


def execution_to_json(execution: Execution, events: list[Event], dropped: int) -> dict[str, Any]:
    """One execution with its trace."""
    return {
        "outcome": asdict(execution.outcome),
        "schedule": str(execution.schedule),
        "steps": execution.steps,
        "preemptions": execution.preemptions,
        "elapsed": execution.elapsed,
        "threads": execution.threads,
        "lost": [{"tid": tid, "error": error} for tid, error in execution.lost],
        "left": execution.left,
        "left_tasks": execution.left_tasks,
        "waits": None if execution.graph is None else graph_to_json(execution.graph),
        "events": [{name: getattr(event, name) for name in _EVENT} for event in events],
        "dropped": dropped,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return execution_to_json(finding.execution, finding.events, finding.dropped) | {
        "found_at": finding.found_at,
        "problem": finding.problem,
        "confirmed": finding.confirmed,
        "fewest": finding.fewest,
        "realism": finding.realism,
    }


def seen_to_json(seen: Seen) -> dict[str, Any]:
    """One distinct outcome."""
    return {
        **asdict(seen.outcome),
        "count": seen.count,
        "schedule": str(seen.schedule),
        "preemptions": seen.preemptions,
        "found_at": seen.found_at,
        "problem": seen.problem,
        "trace": None,
    }


def race_to_json(race: Race) -> dict[str, Any]:
    """Two accesses that nothing orders."""
    return asdict(race)


def graph_to_json(graph: WaitGraph) -> dict[str, Any]:
    """Who waits for whom."""
    return {"waits": [asdict(wait) for wait in graph.waits], "cycle": list(graph.cycle)}

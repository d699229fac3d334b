"""A report in the shape of sandbox/exploration.py: with a trace for each of the first outcomes, and of bounded size.

What is told of an execution comes first; the room that is left is shared out among the events of the traces.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, cast

from sandbox.exploration import (
    MOST_BYTES,
    MOST_FINDING_BYTES,
    MOST_OUTCOMES,
    MOST_TRACES,
    Exploration,
    Finding,
    Move,
)
from sandbox.explorer import report as reports
from sandbox.explorer.execution import Entry, Execution
from sandbox.explorer.explore import Report, Seen, replay
from sandbox.explorer.play import Move as Played
from sandbox.explorer.program import Program
from sandbox.explorer.schedule import Schedule
from sandbox.explorer.trace import Tracer

MOST_SCHEDULE = 16 * 1024
"""Characters of the longest schedule that is told."""
_TABLE_BYTES = 160 * 1024
_OUTPUT = (8000, 2000, 500, 120)
"""Characters of an outcome's output: the first of these with which all outcomes fit into _TABLE_BYTES."""
_TRACE_OUTPUT = 2000
_TEXT = 300
"""Characters of any other text."""
_EVENT_TEXTS = ("function", "op", "what", "value", "before")
_ENTRIES = 1000
"""Entries of any list but those of outcomes and events."""
_SLACK = 1024


def exploration(
    report: Report,
    program: Program,
    entry: Entry | None,
    stdin: str,
    *,
    enough: Callable[[], bool],
    most: int = MOST_BYTES,
) -> Exploration:
    """What is told of a report, in at most that many bytes of JSON.

    Replays the first outcomes to trace them until it is `enough`, and leaves the others without a trace.
    """
    said = reports.to_json(report)
    first, *others = report.outcomes
    others.sort(key=lambda seen: (not _failed(seen), -seen.count, seen.found_at))
    told = [first, *others][:MOST_OUTCOMES]
    said["outcomes"] = _table(told)
    said["left_out"] = len(report.outcomes) - len(said["outcomes"])
    said["races"] = _cut(said["races"][:20], _TEXT)
    traces: list[dict[str, Any]] = []
    if said["finding"] is not None:
        said["finding"] = _header(said["finding"])
        traces.append(said["finding"])
    if report.diverged is None:
        for seen, outcome in zip(told, said["outcomes"][:MOST_TRACES], strict=False):
            trace = _known_trace(seen, report)
            if trace is None and not enough():
                trace = _trace_of(seen, program, entry, stdin)
            if trace is not None:
                outcome["trace"] = trace
                traces.append(trace)
    _fit(said, traces, most)
    for outcome in said["outcomes"]:
        outcome["trace"] = outcome["trace"] or None
    return cast("Exploration", said)


def replayed(execution: Execution, tracer: Tracer, *, most: int = MOST_BYTES) -> Exploration:
    """What is told of the replay of one schedule: an exploration with one outcome."""
    outcome = Seen(execution.outcome, 1, execution.schedule, execution.preemptions, 0)
    report = Report([outcome], 1, None, tracer.races, -1, None, False, 0.0, execution.steps, 0)
    said = reports.to_json(report)
    trace = _header(reports.execution_to_json(execution, tracer.events, tracer.dropped))
    said |= {"outcomes": _table([outcome]), "left_out": 0, "races": _cut(said["races"][:20], _TEXT)}
    said["outcomes"][0]["trace"] = trace
    _fit(said, [trace], most)
    return cast("Exploration", said)


def moved(move: Played, *, most: int = MOST_BYTES) -> Move:
    """What is told of a move."""
    trace = _header(reports.execution_to_json(move.execution, move.tracer.events, move.tracer.dropped))
    position = None if move.position is None else _cut(asdict(move.position), _TEXT)
    said = {"python": reports.PYTHON, "trace": trace, "position": position, "schedules": move.schedules}
    _fit(said, [trace], most)
    return cast("Move", said)


def finding(report: Report, other: tuple[Execution, Tracer] | None, *, most: int = MOST_FINDING_BYTES) -> Finding:
    """What is told of report.finding, beside another execution if there is one."""
    found = report.finding
    assert found is not None
    said = _header(reports.execution_to_json(found.execution, found.events, found.dropped))
    said |= {
        "confirmed": found.confirmed,
        "fewest": found.fewest,
        "realism": found.realism,
        "races": _cut([reports.race_to_json(race) for race in report.races[:20]], _TEXT),
        "other": None,
        "parts_at": None,
    }
    if not found.events:  # it was too long to be traced
        said["dropped"] = found.execution.steps
    traces = [said]
    if other is not None:
        execution, tracer = other
        said["other"] = _header(reports.execution_to_json(execution, tracer.events, tracer.dropped))
        said["parts_at"] = _parts_at(found.execution, execution)
        traces.append(said["other"])
    _fit(said, traces, most)
    return cast("Finding", said)


def _failed(seen: Seen) -> bool:
    return seen.outcome.failed or seen.problem is not None


def _parts_at(one: Execution, other: Execution) -> int | None:
    """The first step at which another thread runs in the one than in the other."""
    parted = set(one.switches) ^ set(other.switches)
    return min((step for step, _ in parted), default=None)


def _known_trace(seen: Seen, report: Report) -> dict[str, Any] | None:
    """The trace of an outcome that is the finding's."""
    found = report.finding
    if found is None or not found.events or found.execution.schedule != seen.schedule:
        return None
    return _header(reports.execution_to_json(found.execution, found.events, found.dropped))


def _trace_of(seen: Seen, program: Program, entry: Entry | None, stdin: str) -> dict[str, Any] | None:
    """The execution that leads to an outcome; None where replaying it leads to another one."""
    execution, tracer = replay(program, str(seen.schedule), entry, stdin)
    if execution.outcome != seen.outcome:
        return None
    return _header(reports.execution_to_json(execution, tracer.events, tracer.dropped))


def _table(told: Sequence[Seen]) -> list[dict[str, Any]]:
    """The outcomes without traces, as many of them as fit."""
    rows: list[dict[str, Any]] = []
    for most in _OUTPUT:
        rows = [
            {
                **_cut(reports.seen_to_json(seen), _TEXT, skip=("output", "schedule")),
                "output": _short(seen.outcome.output, most),
                "schedule": _told_schedule(seen.schedule),
            }
            for seen in told
        ]
        if _size(rows) <= _TABLE_BYTES:
            return rows
    while len(rows) > 1 and _size(rows) > _TABLE_BYTES:
        del rows[max(1, len(rows) * 3 // 4) :]
    return rows


def _header(trace: dict[str, Any]) -> dict[str, Any]:
    """A trace with everything bounded but its events, which are still whole."""
    events: list[dict[str, Any]] = trace["events"]
    schedule: str = trace["schedule"]
    outcome: dict[str, Any] = trace["outcome"]
    output = _short(outcome["output"], _TRACE_OUTPUT)
    cut: dict[str, Any] = _cut({**trace, "events": [], "schedule": ""}, _TEXT)
    cut["outcome"]["output"] = output
    cut["schedule"] = schedule if len(schedule) <= MOST_SCHEDULE else ""
    for event in events:
        for name in _EVENT_TEXTS:
            if len(event[name]) > _TEXT:
                event[name] = _short(event[name], _TEXT)
    cut["events"] = events
    return cut


def _told_schedule(schedule: Schedule) -> str:
    text = str(schedule)
    return text if len(text) <= MOST_SCHEDULE else ""


def _fit(said: dict[str, Any], traces: list[dict[str, Any]], most: int) -> None:
    """Cuts events off the ends of traces, and if that is not enough empties the last traces, until all fit."""
    whole = [trace["events"] for trace in traces]
    for trace in traces:
        trace["events"] = []
    room = most - _SLACK - _size(said)
    while room < 0 and len(traces) > 1:
        last = traces.pop()
        room += _size(last)
        last.clear()
    if sum(map(_size, whole[: len(traces)])) <= room:
        for trace, events in zip(traces, whole, strict=False):
            trace["events"] = events
        return
    sizes = [[_size(event) + 1 for event in events] for events in whole[: len(traces)]]
    order = sorted(range(len(traces)), key=lambda each: sum(sizes[each]))
    for done, each in enumerate(order):
        share = room // (len(order) - done)
        kept, used = 0, 0
        for size in sizes[each]:
            if used + size > share:
                break
            kept += 1
            used += size
        room -= used
        traces[each]["events"] = whole[each][:kept]
        traces[each]["dropped"] += len(whole[each]) - kept


def _size(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":")))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _cut(value: Any, most: int, skip: tuple[str, ...] = ()) -> Any:
    """value with its texts and lists bounded."""
    match value:
        case str():
            return _short(value, most)
        case list() | tuple():
            return [_cut(each, most) for each in value[:_ENTRIES]]
        case dict():
            return {name: each if name in skip else _cut(each, most) for name, each in value.items()}
    return value

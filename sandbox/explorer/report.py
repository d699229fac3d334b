"""A report for people (text) and for programs (JSON)."""

import sys
from dataclasses import asdict
from typing import Any

from sandbox.explorer.execution import Execution, Kind, Outcome
from sandbox.explorer.explore import Finding, Report, Seen
from sandbox.explorer.trace import Event
from sandbox.explorer.waits import WaitGraph

FORMAT = 1
"""Version of the JSON."""

_ALL = 1 << 30
_COLUMN = 34
_ROWS = 120


def to_json(report: Report, source: str) -> dict[str, Any]:
    """The whole report as JSON values."""
    finding = report.finding
    return {
        "format": FORMAT,
        "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "program": source,
        "executions": report.executions,
        "seconds": round(report.seconds, 3),
        "outcomes": [_seen(seen) for seen in report.outcomes],
        "finding": None if finding is None else _finding(finding),
        "races": [asdict(race) for race in report.races],
        "complete_bound": None if report.complete_bound < 0 else min(report.complete_bound, _ALL),
        "exhausted": report.complete_bound >= _ALL,
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
        "lost": execution.lost,
        "left": execution.left,
        "left_tasks": execution.left_tasks,
        "waits": None if execution.graph is None else _graph(execution.graph),
        "events": [asdict(event) for event in events],
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


def _seen(seen: Seen) -> dict[str, Any]:
    return {
        **asdict(seen.outcome),
        "count": seen.count,
        "schedule": str(seen.schedule),
        "preemptions": seen.preemptions,
        "found_at": seen.found_at,
        "problem": seen.problem,
    }


def _graph(graph: WaitGraph) -> dict[str, Any]:
    return {"waits": [asdict(wait) for wait in graph.waits], "cycle": list(graph.cycle)}


# Text


def to_text(report: Report, name: str) -> str:
    """The report for a terminal."""
    lines = [_headline(report, name), ""]
    lines += _outcome_table(report)
    if report.diverged:
        lines += ["", f"NOT DETERMINISTIC: {report.diverged}."]
        lines += ["The program depends on something the explorer does not control (object ids, real time, the system);"]
        lines += ["what is said above may not be repeatable."]
    finding = report.finding
    if finding is not None:
        lines += ["", *_finding_text(finding, report, name)]
    for race in report.races:
        first, second = race.first, race.second
        lines += ["", f"Data race on {race.what}: nothing orders"]
        lines += [
            f"    line {each.line}: {each.thread} {'writes' if each.write else 'reads'}" for each in (first, second)
        ]
    lines += ["", _claim(report)]
    return "\n".join(lines)


def _headline(report: Report, name: str) -> str:
    count = len(report.outcomes)
    noun = "outcome" if count == 1 else "outcomes"
    rate = report.executions / report.seconds if report.seconds else 0
    return f"{name}: {count} {noun} in {report.executions:,} schedules ({report.seconds:.2f} s, {rate:,.0f} a second)"


def _outcome_table(report: Report) -> list[str]:
    lines = ["   count  preempt.  outcome"]
    for seen in sorted(report.outcomes, key=lambda each: -each.count):
        marker = "plain" if seen is report.outcomes[0] else ""
        lines.append(
            f"{seen.count:8,}  {seen.preemptions:8}  {_outcome_text(seen.outcome, seen.problem)}  {marker}".rstrip()
        )
        lines.append(f"{'':20}{seen.schedule}")
    return lines


def _outcome_text(outcome: Outcome, problem: str | None) -> str:
    parts = [outcome.kind if not outcome.detail else f"{outcome.kind}: {outcome.detail}"]
    if outcome.output:
        printed = outcome.output if len(outcome.output) <= 60 else outcome.output[:57] + "..."
        parts.append(f"printed {printed!r}")
    if outcome.value:
        parts.append(f"value {outcome.value[:60]}")
    if problem:
        parts.append(problem)
    return ", ".join(parts)


def _finding_text(finding: Finding, report: Report, name: str) -> list[str]:
    execution = finding.execution
    few = "the fewest possible" if finding.fewest else "the fewest found"
    noun = "preemption" if execution.preemptions == 1 else "preemptions"
    if execution.outcome.kind == Kind.NOT_MODELLED:
        return [f"CANNOT BE EXPLORED: {execution.outcome.detail}"]
    lines = [f"FOUND: {_outcome_text(execution.outcome, finding.problem)}"]
    if execution.outcome.kind == Kind.FINISHED and finding.problem is None:
        lines.append(f"       the plain schedule: {_outcome_text(report.plain, None)}")
    lines.append(f"       with {execution.preemptions} {noun} ({few}), first seen in schedule {finding.found_at + 1}")
    lines.append(
        "       this interpreter's GIL could show it"
        if finding.realism == "gil"
        else "       this interpreter's GIL does not switch there; the language allows it, free-threaded Python does it"
    )
    lines.append(f"       replay: python -m sandbox.explorer {name} --replay {execution.schedule}")
    if execution.graph is not None:
        lines += ["", *graph_text(execution.graph)]
    lines += ["", *table(finding.events, execution.threads, finding.dropped)]
    return lines


def graph_text(graph: WaitGraph) -> list[str]:
    """Who waits for whom; a deadlock as a cycle."""
    by_tid = {wait.tid: wait for wait in graph.waits}
    lines = []
    if graph.cycle:
        lines.append("Deadlock, a cycle:")
        for tid in graph.cycle:
            wait = by_tid[tid]
            held = f", holds {', '.join(wait.holds)}" if wait.holds else ""
            target = f"{wait.what} to end" if wait.kind == "join" else f"{wait.what}, held by {wait.holder}"
            lines.append(f"    {wait.thread} (line {wait.line}{held})")
            lines.append(f"        waits for {target}")
        lines.append(f"    ... back to {by_tid[graph.cycle[0]].thread}")
    others = [wait for wait in graph.waits if wait.tid not in graph.cycle]
    if others:
        lines.append("Also waiting:" if graph.cycle else "Who waits for what:")
        for wait in others:
            if wait.kind == "loop":
                lines.append(f"    {wait.thread} loops in line {wait.line}")
            elif wait.kind == "runnable":
                lines.append(f"    {wait.thread} could run, in line {wait.line}")
            else:
                held = f" (held by {wait.holder})" if wait.holder and wait.kind != "join" else ""
                lines.append(f"    {wait.thread} in line {wait.line}: {wait.kind} {wait.what}{held}")
    return lines


def table(events: list[Event], threads: list[str], dropped: int) -> list[str]:
    """One column per thread, time going down; `*` marks a preemption."""
    shown = events[-_ROWS:]
    tids = sorted({event.tid for event in shown})
    if not tids:
        return []
    width = _COLUMN if len(tids) <= 4 else 26
    names = [threads[tid] if tid < len(threads) else f"thread {tid}" for tid in tids]
    lines = [" step  " + "".join(name[: width - 2].ljust(width) for name in names).rstrip()]
    lines.append(" ----  " + "".join(("-" * (width - 2)).ljust(width) for _ in names).rstrip())
    if len(shown) < len(events):
        lines.append(f"       ({len(events) - len(shown)} earlier events are not shown)")
    for event in shown:
        cell = event_text(event)[: width - 1]
        column = tids.index(event.tid)
        mark = "*" if event.preempted else " "
        lines.append(f"{event.step:5}{mark} {'':{column * width}}{cell}".rstrip())
    if dropped:
        lines.append(f"       ({dropped} later events were not kept)")
    return lines


def event_text(event: Event) -> str:
    """One event in a few words."""
    where = f"{event.line}: " if event.line else ""
    if event.op == "read":
        return f"{where}{event.what} is {event.value}" if event.value else f"{where}read {event.what}"
    if event.op == "write":
        change = f"{event.before} -> {event.value}" if event.before else event.value
        return f"{where}{event.what} = {change}"
    if event.op == "print":
        return f"{where}print {event.value!r}"
    return f"{where}{event.op} {event.what}".rstrip()


def _claim(report: Report) -> str:
    bound = report.complete_bound
    steps = f"{report.sites} shared places in the source are steps"
    if report.out_of_time:
        return f"Stopped at the time limit; {steps}."
    if bound >= _ALL:
        return f"All schedules were explored ({steps})."
    if bound >= 0:
        return f"All schedules with at most {bound} preemption{'' if bound == 1 else 's'} were explored ({steps})."
    return f"A sample of the schedules was explored ({steps})."

"""An exploration in words, for a terminal."""

from collections.abc import Sequence

from sandbox.exploration import Ending, Event, Exploration, Failure, Trace, Waits

_COLUMN = 34
_ROWS = 120


def of_exploration(report: Exploration, name: str, replay: str) -> str:
    """All of it. name: the program's; replay: the command that replays a schedule, which is put behind it."""
    lines = [_headline(report, name), ""]
    lines += _outcome_table(report)
    if report["diverged"]:
        lines += ["", f"NOT DETERMINISTIC: {report['diverged']}."]
        lines += ["The program depends on what the explorer does not control, such as the order of a set or a file;"]
        lines += ["what is said above may not be repeatable."]
    finding = report["finding"]
    if finding is not None:
        lines += ["", *_finding_text(finding, report, replay)]
    for race in report["races"]:
        lines += ["", f"Data race on {race['what']}: nothing orders"]
        lines += [
            f"    line {each['line']}: {each['thread']} {'writes' if each['write'] else 'reads'}"
            for each in (race["first"], race["second"])
        ]
    lines += ["", _claim(report)]
    return "\n".join(lines)


def _headline(report: Exploration, name: str) -> str:
    count = len(report["outcomes"]) + report["left_out"]
    noun = "outcome" if count == 1 else "outcomes"
    executions, seconds = report["executions"], report["seconds"]
    rate = executions / seconds if seconds else 0
    return f"{name}: {count} {noun} in {executions:,} schedules ({seconds:.2f} s, {rate:,.0f} a second)"


def _outcome_table(report: Exploration) -> list[str]:
    lines = ["   count  preempt.  outcome"]
    for seen in sorted(report["outcomes"], key=lambda each: -each["count"]):
        marker = "plain" if seen is report["outcomes"][0] else ""
        told = _outcome_text(seen, seen["problem"])
        lines.append(f"{seen['count']:8,}  {seen['preemptions']:8}  {told}  {marker}".rstrip())
        lines.append(f"{'':20}{seen['schedule'] or '(its schedule is too long to be shown)'}")
    if report["left_out"]:
        lines.append(f"          ({report['left_out']:,} more outcomes)")
    return lines


def _outcome_text(outcome: Ending, problem: str | None) -> str:
    kind, detail, output = outcome["kind"], outcome["detail"], outcome["output"]
    parts = [f"{kind}: {detail}" if detail else kind]
    if output:
        printed = output if len(output) <= 60 else output[:57] + "..."
        parts.append(f"printed {printed!r}")
    if outcome["value"]:
        parts.append(f"value {outcome['value'][:60]}")
    if problem:
        parts.append(problem)
    return ", ".join(parts)


def _finding_text(finding: Failure, report: Exploration, replay: str) -> list[str]:
    outcome, preemptions = finding["outcome"], finding["preemptions"]
    few = "the fewest possible" if finding["fewest"] else "the fewest found"
    noun = "preemption" if preemptions == 1 else "preemptions"
    if outcome["kind"] == "not modelled":
        return [f"CANNOT BE EXPLORED: {outcome['detail']}"]
    lines = [f"FOUND: {_outcome_text(outcome, finding['problem'])}"]
    if outcome["kind"] == "finished" and finding["problem"] is None:
        lines.append(f"       the plain schedule: {_outcome_text(report['outcomes'][0], None)}")
    lines.append(f"       with {preemptions} {noun} ({few}), first seen in schedule {finding['found_at'] + 1}")
    lines.append(
        "       this interpreter's GIL could show it"
        if finding["realism"] == "gil"
        else "       this interpreter's GIL does not switch there; the language allows it, free-threaded Python does it"
    )
    if finding["schedule"]:
        lines.append(f"       replay: {replay} {finding['schedule']}")
    return [*lines, "", *of_trace(finding)]


def of_trace(trace: Trace) -> list[str]:
    """One execution: who waits for whom at its end, and its steps."""
    lines = table(trace["events"], trace["threads"], trace["dropped"])
    return lines if trace["waits"] is None else [*graph_text(trace["waits"]), "", *lines]


# As frontend/src/waitgraph.js says it.
_FOR = {"notify": "to be notified on", "get": "for an item of", "put": "for room in", "join": "for the end of"}


def graph_text(graph: Waits) -> list[str]:
    """Who waits for whom; a deadlock as a cycle."""
    by_tid = {wait["tid"]: wait for wait in graph["waits"]}
    lines = []
    if graph["cycle"]:
        lines.append("Deadlock, a cycle:")
        for tid in graph["cycle"]:
            wait = by_tid[tid]
            held = f", holds {', '.join(wait['holds'])}" if wait["holds"] else ""
            target = f"{wait['what']} to end" if wait["kind"] == "join" else f"{wait['what']}, held by {wait['holder']}"
            place = f"line {wait['line']}" if wait["line"] else "not in the program"
            lines.append(f"    {wait['thread']} ({place}{held})")
            lines.append(f"        waits for {target}")
        lines.append(f"    ... back to {by_tid[graph['cycle'][0]]['thread']}")
    others = [wait for wait in graph["waits"] if wait["tid"] not in graph["cycle"]]
    if others:
        lines.append("Also waiting:" if graph["cycle"] else "Who waits for what:")
        for wait in others:
            kind, thread = wait["kind"], wait["thread"]
            where = f" in line {wait['line']}" if wait["line"] else ""  # 0: in a test's own code
            if kind == "loop":
                lines.append(f"    {thread} loops{where}")
            elif kind == "runnable":
                lines.append(f"    {thread} could run{where and ',' + where}")
            else:
                held = f" (held by {wait['holder']})" if wait["holder"] and kind != "join" else ""
                lines.append(f"    {thread}{where} waits {_FOR.get(kind, 'for')} {wait['what']}{held}")
    return lines


def table(events: Sequence[Event], threads: Sequence[str], dropped: int) -> list[str]:
    """One column per thread, time going down; `*` marks a preemption."""
    shown = events[-_ROWS:]
    tids = sorted({event["tid"] for event in shown})
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
        column = tids.index(event["tid"])
        mark = "*" if event["preempted"] else " "
        lines.append(f"{event['step']:5}{mark} {'':{column * width}}{cell}".rstrip())
    if dropped:
        lines.append(f"       ({dropped} later events were not kept)")
    return lines


def event_text(event: Event) -> str:
    """One event in a few words."""
    op, what, value, before = event["op"], event["what"], event["value"], event["before"]
    where = f"{event['line']}: " if event["line"] else ""
    if op == "read":
        return f"{where}{what} is {value}" if value else f"{where}read {what}"
    if op == "write":
        return f"{where}{what} = {f'{before} -> {value}' if before else value}"
    if op == "print":
        return f"{where}print {value!r}"
    return f"{where}{op} {what}".rstrip()


def _claim(report: Exploration) -> str:
    bound = report["complete_bound"]
    steps = f"{report['sites']} shared places in the source are steps"
    if report["out_of_time"]:
        return f"Stopped at the time limit; {steps}."
    if report["exhausted"]:
        return f"All schedules were explored ({steps})."
    if bound is not None:
        return f"All schedules with at most {bound} preemption{'' if bound == 1 else 's'} were explored ({steps})."
    return f"A sample of the schedules was explored ({steps})."

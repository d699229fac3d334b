"""The messages a browser may receive, about a submission or the leaderboard: one schema, made here and nowhere else.

They travel as {"cursor": opaque text, "events": [...]}; each event has a "type", which is the name of its function
here. What a learner may not see (the output and details of hidden tests) is left out before an event is made.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from lockstep.verdicts import Verdict

Event = dict[str, Any]


def reset() -> Event:
    """What was shown belongs to an attempt that is over: begin with an empty page."""
    return {"type": "reset"}


def queued(position: int | None, delayed: str) -> Event:
    """Its place in the queue, 1 being the next; delayed says what of ours is in the way, empty where nothing is."""
    return {"type": "queued", "position": position, "delayed": delayed or None}


def waiting(position: int) -> Event:
    """A worker has it and no sandbox is free; position is its place in the line for one, 1 being the next."""
    return {"type": "waiting", "position": position}


def running(python: str, sandbox: str) -> Event:
    """A sandbox has it; python is the interpreter's version, such as "3.13.5"."""
    return {"type": "running", "python": python, "sandbox": sandbox}


def tests(found: Sequence[tuple[int, str, bool]]) -> Event:
    """All tests to come, as (index, name, visible)."""
    return {"type": "tests", "tests": [{"index": i, "name": name, "visible": seen} for i, name, seen in found]}


def started(test: int | None) -> Event:
    """A test begins, or with None the run."""
    return {"type": "started", "test": test}


def output(test: int | None, stream: str, text: str, thread: str | None) -> Event:
    """Text that was printed; thread is the name of the thread that did it, where known."""
    return {"type": "output", "test": test, "stream": stream, "text": text, "thread": thread}


def cut(test: int | None, limit_bytes: int) -> Event:
    """The output limit was reached; the rest is not shown."""
    return {"type": "cut", "test": test, "limit_bytes": limit_bytes}


def progress(test: int | None, done: int, total: int, unit: str) -> Event:
    """How far a test is, or with None an exploration."""
    return {"type": "progress", "test": test, "done": done, "total": total, "unit": unit}


def explored(report: Mapping[str, Any]) -> Event:
    """What an exploration found, in the shape of sandbox.exploration.Exploration."""
    return {"type": "explored", "report": report}


def result(
    *,
    test: int,
    name: str,
    visible: bool,
    verdict: Verdict,
    message: str,
    detail: str,
    line: int | None,
    schedule: str | None,
    seconds: float,
    stacks: list[dict[str, Any]],
    finding: Mapping[str, Any] | None,
) -> Event:
    """What one test found; of a hidden test neither detail, schedule nor finding is ever given.

    finding: in explore mode, the execution that failed, in the shape of sandbox.exploration.Finding.
    """
    return {
        "type": "result",
        "test": test,
        "name": name,
        "visible": visible,
        "verdict": verdict.value,
        "label": verdict.label,
        "message": message,
        "detail": detail if visible else "",
        "line": line,
        "schedule": schedule if visible else None,
        "seconds": seconds,
        "stacks": stacks,
        "finding": finding if visible else None,
    }


def done(verdict: Verdict | None, message: str, seconds: float | None) -> Event:
    """The last one. A run that ended by itself has no verdict."""
    return {
        "type": "done",
        "verdict": verdict.value if verdict else None,
        "label": verdict.label if verdict else None,
        "explanation": verdict.explanation if verdict else "",
        "message": message,
        "seconds": seconds,
    }


def board() -> Event:
    """The leaderboard may have changed. On the leaderboard's own socket, where nothing else is told."""
    return {"type": "board"}

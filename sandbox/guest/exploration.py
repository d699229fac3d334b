"""Explores a whole program in the learner's process: what comes out under many schedules, or under one.

Said to the supervisor, which answers nothing:

    {"type": "progress", "done", "total"}
    {"type": "explored", "report"}     again whenever there is more; "last" with the last one
    {"type": "moved", "move"}          instead, where a move was asked for
    {"type": "unusable", "message"}    what was asked for cannot be done
    {"type": "broken", "message"}      the explorer itself failed, which is our fault
"""

import time
from typing import Any

from lockstep.limits import Limits
from sandbox.exploration import Exploration
from sandbox.explorer import DivergenceError, ExplorerError, Program, Report, Settings, UsageError, load, told
from sandbox.explorer import explore as explore_program
from sandbox.explorer import replay as replay_schedule
from sandbox.explorer.play import play
from sandbox.guest.wire import Line
from sandbox.protocol import PROGRAM

SEARCH_SHARE = 0.4
"""Of the wall clock and of the processor time that there is, for looking; making a finding small may take as long
again, and a single execution cannot be interrupted."""
TELL_SHARE = 0.65
"""After which no more outcomes are traced."""
_TEXT = 2000


def explore(job: dict[str, Any], line: Line) -> None:
    """Does what a job asks for: "kind", "source", "stdin", "schedules", "schedule", "until", "seed", "limits"."""
    try:
        program = load(job["source"], PROGRAM)
        if job["kind"] == "move":
            move = told.moved(play(program, job["schedule"], job["until"], job["stdin"]))
            line.send({"type": "moved", "move": move})
            return
        if job["schedule"]:
            execution, tracer = replay_schedule(program, job["schedule"], stdin=job["stdin"])
            report = told.replayed(execution, tracer)
        else:
            report = _explored(program, job, line)
        line.send({"type": "explored", "report": report, "last": True})
    except UsageError as error:
        line.send({"type": "unusable", "message": f"{error}."[:_TEXT]})
    except DivergenceError as error:
        message = f"The schedule cannot be followed: {error}. Was it found for another version of this program?"
        line.send({"type": "unusable", "message": message[:_TEXT]})
    except ExplorerError as error:
        line.send({"type": "broken", "message": f"{type(error).__name__}: {error}"[:_TEXT]})


def _explored(program: Program, job: dict[str, Any], line: Line) -> Exploration:
    limits = Limits.from_mapping(job["limits"])
    settings = Settings(
        schedules=job["schedules"],
        seconds=SEARCH_SHARE * limits.wall_seconds,
        cpu_seconds=SEARCH_SHARE * limits.cpu_seconds,
        seed=job["seed"],
        stdin=job["stdin"],
    )
    began, began_cpu = time.monotonic(), time.process_time()

    def progress(done: int, total: int) -> None:
        line.send({"type": "progress", "done": done, "total": total})

    def so_far(report: Report) -> None:
        line.send({"type": "explored", "report": told.exploration(report, program, None, "", enough=lambda: True)})

    def enough() -> bool:
        return (
            time.monotonic() - began > TELL_SHARE * limits.wall_seconds
            or time.process_time() - began_cpu > TELL_SHARE * limits.cpu_seconds
        )

    report = explore_program(program, settings=settings, progress=progress, so_far=so_far)
    return told.exploration(report, program, None, job["stdin"], enough=enough)

"""A level of "you are the scheduler" tried out: can it be done, and with how few interruptions?"""

from dataclasses import asdict, dataclass, field
from typing import Any

from grader.judge import Work, judge
from grader.validation.report import Problem
from lockstep.level import GOALS, Level, reached
from sandbox.pool import Sandbox

SCHEDULES = 400
"""How many are tried, those with the fewest interruptions first."""


@dataclass(slots=True)
class LevelReport:
    """What exploring a level's program says about it."""

    slug: str
    par: int
    executions: int = 0
    fewest: int | None = None
    """Interruptions of the schedule with the fewest that reaches the goal; None: none was found."""
    problems: list[Problem] = field(default_factory=list)

    def to_mapping(self) -> dict[str, Any]:
        return asdict(self)

    def text(self) -> str:
        done = "not reached" if self.fewest is None else f"reached with {self.fewest} (par {self.par})"
        head = f"{self.slug}\n  level: {done}, {self.executions:,} schedules tried\n"
        return head + "".join(f"  {problem.level}: {problem.text}\n" for problem in self.problems)


def try_out(level: Level, sandbox: Sandbox, owner: str) -> LevelReport:
    """Explores the program and replays the best schedule. Raises SandboxError where no sandbox can be had."""
    report = LevelReport(level.slug, level.par)

    def wrong(text: str) -> None:
        report.problems.append(Problem("error", text))

    def explored(**more: Any) -> Any:
        outcome = judge(Work("explore", level.program, 0, **more), sandbox, owner, lambda event: None)
        if outcome.report is None or outcome.report["diverged"] is not None:
            wrong(f"its program cannot be explored: {outcome.message}")
            return None
        return outcome.report

    found = explored(schedules=SCHEDULES)
    if found is None:
        return report
    report.executions = found["executions"]
    plain, *others = found["outcomes"]
    if plain["kind"] == "not modelled":
        wrong(f"its program cannot be explored: {plain['detail']}")
        return report
    if reached(level.rules, plain):
        wrong(f"the plain schedule ends with {GOALS[level.goal]}: nothing is left to be done")
        return report
    best = min((each for each in others if reached(level.rules, each)), key=_interruptions, default=None)
    if best is None:
        wrong(f"none of {report.executions:,} schedules ends with {GOALS[level.goal]}")
        return report
    report.fewest = _interruptions(best)
    if report.fewest != level.par:
        wrong(f"par is {level.par}, and the fewest interruptions that do it are {report.fewest}")
    elif not found["exhausted"] and (found["complete_bound"] is None or found["complete_bound"] < level.par - 1):
        wrong(f"not all schedules with fewer than {level.par} interruptions could be tried: make the program smaller")
    # As a learner's is, who hands it in.
    replayed = explored(schedule=best["schedule"]) if best["schedule"] else None
    again = replayed["outcomes"][0] if replayed is not None else None
    if again is None or not reached(level.rules, again) or _interruptions(again) != report.fewest:
        wrong("the schedule that does it cannot be replayed")
    return report


def _interruptions(outcome: Any) -> int:
    return int(outcome["preemptions"])

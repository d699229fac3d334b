"""Explore mode: the scenario under many schedules, which the explorer chooses, in virtual time.

The checker is asked about every execution that differs from those before it:

    learner -> {"type": "judge", "result": ...}     checker -> {"problem": null, or the number of the failed check,
                                                               "beside": whether the plain execution is to be shown}
    learner -> {"type": "ask", "execution", "request"}  checker -> {"value", "error", "seconds"}, of its server
    learner -> {"type": "progress", "done", "total"}    checker -> anything
    learner -> {"type": "explored", ...}            the last one
    learner -> {"type": "broken", "message"}        the explorer itself failed, which is our fault

What is said is a claim like everything that this process says.
"""

import json
import sys
import types
from collections.abc import Sequence
from typing import Any

from sandbox.exploration import Finding as Shown
from sandbox.explorer import Execution, ExplorerError, Finding, Kind, ModuleSource, Report, Schedule, Settings, told
from sandbox.explorer import Program as Explored
from sandbox.explorer import explore as explore_program
from sandbox.explorer import replay as replay_schedule
from sandbox.guest.program import SCENARIO_FILE, MissingScenarioError, Program, describe, encode
from sandbox.guest.served import VirtualServer
from sandbox.guest.wire import Line
from sandbox.protocol import PROGRAM

MOST_TRACED = 20_000
"""Steps of the longest execution with which a failure is told step by step; with more nobody would read it."""
_TEXT = 20_000


def execute(program: Program, order: dict[str, Any], line: Line) -> None:
    """Explores the scenario of one case. order: "scenario", "case", "schedules", "seed", "witnesses", "server"."""
    dialogue = _Dialogue(line)
    case = json.dumps(order["case"])

    def entry(modules: dict[str, types.ModuleType]) -> Any:
        program.module = modules["main"]
        function = getattr(modules["scenario"], order["scenario"], None)
        if function is None:
            raise MissingScenarioError(order["scenario"])
        server = [dialogue.server()] if order["server"] else []
        return encode(function(program.module, json.loads(case), *server))

    explored = _Sealed(
        program,
        [
            ModuleSource("main", program.source, PROGRAM),
            ModuleSource("scenario", program.scenario, SCENARIO_FILE, instrument=False),
        ],
    )
    if program.guard is not None:
        program.guard.explored = True
        program.guard.put_on(explored.builtins)
    settings = Settings(
        schedules=order["schedules"],
        seed=order["seed"],
        stop_at_failure=True,
        most_traced=MOST_TRACED,
        witnesses=order["witnesses"],
    )
    try:
        report = explore_program(explored, entry, settings, dialogue.judge, dialogue.progress)
        finding, trace = report.finding, None
        if finding is not None:
            beside = Schedule(finding.execution.schedule.hot, ())
            other = None
            if finding.events and finding.problem in dialogue.beside:
                other = replay_schedule(explored, str(beside), entry)
            trace = told.finding(report, other)
    except ExplorerError as error:
        line.send({"type": "broken", "message": f"{type(error).__name__}: {error}"[:_TEXT]})
        return
    program.look()
    shown = report.finding.execution.outcome.output if report.finding else report.plain.output
    sys.stdout.write(shown[:_TEXT])
    line.send(_told(report, program, trace))


class _Sealed(Explored):
    """Is told when the library that the program gets is there and nothing of the program has run."""

    def __init__(self, program: Program, modules: Sequence[ModuleSource]) -> None:
        super().__init__(modules)
        self._program = program

    def prepare(self) -> None:
        super().prepare()
        self._program.seal()


class _Dialogue:
    """Asks the checker, once for each thing there is to ask."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._answers: dict[str, str | None] = {}
        self._executions = 0
        self._server: VirtualServer | None = None
        """Of the execution that was last; None where there is none."""
        self.beside: set[str] = set()
        """Problems that are a difference between two executions."""

    def server(self) -> VirtualServer:
        """The server of an execution that begins."""
        self._executions += 1
        number = self._executions
        self._server = VirtualServer(
            lambda request: self._ask({"type": "ask", "execution": number, "request": request})
        )
        return self._server

    def judge(self, execution: Execution) -> str | None:
        result = _result(execution)
        if self._server is not None:
            result["served"] = self._server.told()
        key = json.dumps(result, sort_keys=True)
        if key not in self._answers:
            answer = self._ask({"type": "judge", "execution": self._executions, "result": result})
            self._answers[key] = answer["problem"]
            if answer["beside"]:
                self.beside.add(answer["problem"])
        return self._answers[key]

    def progress(self, done: int, total: int) -> None:
        self._ask({"type": "progress", "done": done, "total": total})

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        self._line.send(message)
        return self._line.receive()


def _result(execution: Execution) -> dict[str, Any]:
    """An execution in the form of real mode's results."""
    printed = [
        ["stderr" if to_stderr else "stdout", execution.threads[tid], text, False]
        for tid, text, to_stderr in execution.output
    ]
    return {
        **(execution.value or {"value": None}),
        "error": None,
        "lost": [],
        "alive": execution.unjoined,
        "threads_left": execution.left,
        "tasks_left": execution.left_tasks,
        "threads_started": len(execution.threads) - 1,
        "threads": execution.threads,
        "steps": execution.steps,
        "contention": execution.contention,
        "processes_started": 0,
        "processes_together": 0,
        "measured": {"printed": printed, "elapsed": round(execution.elapsed, 9), "processes_left": 0},
    }


def _told(report: Report, program: Program, trace: Shown | None) -> dict[str, Any]:
    first = report.outcomes[0]
    return {
        "type": "explored",
        "executions": report.executions,
        "complete": report.complete_bound,
        "diverged": report.diverged,
        "witnessed": [[each.probes, each.silent] for each in report.witnessed],
        "plain_failed": first.outcome.failed or first.problem is not None,
        "finding": None if report.finding is None else _finding(report.finding, report, program, trace),
    }


def _finding(finding: Finding, report: Report, program: Program, trace: Shown | None) -> dict[str, Any]:
    execution = finding.execution
    what, lines = _culprit(finding, report)
    return {
        "kind": execution.outcome.kind,
        "detail": execution.outcome.detail[:_TEXT],
        "problem": finding.problem,
        "error": None if execution.error is None else describe(execution.error, program),
        "lost": None if execution.lost_error is None else describe(execution.lost_error, program),
        "lost_in": execution.threads[execution.lost[0][0]] if execution.lost else None,
        "returned": execution.value is not None,
        "schedule": str(execution.schedule),
        "preemptions": execution.preemptions,
        "fewest": finding.fewest,
        "realism": finding.realism if finding.events else "",
        "what": what,
        "lines": lines,
        "waits": [] if execution.graph is None else [[wait.line, wait.kind] for wait in execution.graph.waits],
        "cycle": 0 if execution.graph is None else len(execution.graph.cycle),
        "trace": trace,
    }


def _culprit(finding: Finding, report: Report) -> tuple[str | None, list[int]]:
    """What the failure is about and its lines, as far as can be told: words of the source, no values.

    That is a variable, or the call that cannot be explored.
    """
    if (refused := finding.execution.refused) is not None:
        return refused.call, [refused.line]
    switched = [event.line for event in finding.events if event.preempted]
    races = sorted(report.races, key=lambda race: race.first.line not in switched and race.second.line not in switched)
    if races and finding.execution.outcome.kind not in (Kind.DEADLOCK, Kind.LIVELOCK):
        race = races[0]
        return race.what, sorted({race.first.line, race.second.line})
    return None, sorted({line for line in switched if line})

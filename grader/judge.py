"""One request in one sandbox, from source to outcome; no database, no broker, so the command line uses it too."""

import dataclasses
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from grader import verdict
from grader.verdict import Finding
from lockstep import rules
from lockstep.limits import Limits
from lockstep.pack import Pack
from lockstep.verdicts import Verdict
from playground import events
from playground.submissions import Outcome, TestRow
from sandbox import protocol
from sandbox.errors import SandboxLostError
from sandbox.pool import Lease, Sandbox

RUN_LIMITS = Limits()
"""Of a run that belongs to no challenge."""
EXPLORED_SCHEDULES = 1000

CHALLENGE_AT_FAULT = (
    "This challenge's own tests failed to run, which is not your program's fault. Its author can see why in the log."
)


class ChallengeFaultError(Exception):
    """The instructor's scenario.py or checks.py went wrong: trying again would not help."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done: source, and for a submission the pack that it is graded against."""

    kind: Literal["run", "explore", "move", "grade"]
    source: str
    seed: int
    pack: Pack | None = None
    stdin: str = ""
    schedules: int = EXPLORED_SCHEDULES
    """To explore: how many at most."""
    schedule: str = ""
    """To explore: replay this one and no other. To move: where the program is."""
    until: int = 0
    """To move: stop at the first choice at or after this step."""

    @property
    def limits(self) -> Limits:
        return self.pack.limits if self.pack else RUN_LIMITS

    def request(self) -> protocol.Request:
        pack = self.pack if self.kind == "grade" else None
        return protocol.Request(
            version=protocol.VERSION,
            id=str(uuid.uuid4()),
            kind=self.kind,
            source=self.source,
            seed=self.seed,
            limits=self.limits.to_mapping(),
            challenge=_challenge(pack) if pack else None,
            stdin=self.stdin,
            schedules=self.schedules if self.kind == "explore" else 0,
            schedule=self.schedule,
            until=self.until,
        )


def _challenge(pack: Pack) -> protocol.Challenge:
    forbid: dict[str, Any] = {**rules.effective(pack.forbid)}
    return protocol.Challenge(pack.scenario, pack.checks, pack.stop_at_first_failure, forbid)


@dataclass(slots=True)
class Judge:
    """Turns what a sandbox says about one request into events for its learner, and in the end into the outcome."""

    work: Work
    tell: Callable[[events.Event], None]
    """Receives every event that the learner may see, as it happens."""
    sandbox_kind: str = ""
    _tests: Sequence[protocol.TestInfo] = ()
    _rows: dict[int, TestRow] = field(default_factory=dict)
    _run: Finding | None = None
    _explored: protocol.Explored | None = None
    _done: bool = False
    _output: list[dict[str, Any]] = field(default_factory=list)

    def judge(self, lease: Lease) -> Outcome:
        """Works the request off in a sandbox.

        Raises SandboxLostError where the sandbox went away or failed, and ChallengeFaultError.
        """
        began = time.monotonic()
        python = lease.hello.python if lease.hello.gil else f"{lease.hello.python} without the GIL"
        self.tell(events.running(python, self.sandbox_kind))
        for event in lease.work(self.work.request()):
            self._take(event)
        final = self._final()
        return Outcome(
            verdict=final.verdict if final else None,
            message=final.message if final else self._said(),
            seconds=round(time.monotonic() - began, 3),
            tests=[row for _, row in sorted(self._rows.items())],
            output=self._output,
            python=python,
            sandbox=self.sandbox_kind,
            report=self._explored.report if self._explored else None,
        )

    def _said(self) -> str:
        """Of a run or an exploration without a verdict."""
        if self._explored is None:
            return "The program ran to its end."
        report = self._explored.report
        if report is None:
            return self._explored.problem
        outcomes, executions = len(report["outcomes"]) + report["left_out"], report["executions"]
        return (
            f"{outcomes:,} {'outcome' if outcomes == 1 else 'outcomes'} "
            f"in {executions:,} {'schedule' if executions == 1 else 'schedules'}."
        )

    def _final(self) -> Finding | None:
        # Whatever cut it short, what was not seen to its end is never taken for a success.
        if not self._done:
            raise SandboxLostError("it ended without a word about how")
        if self.work.kind != "grade":
            return self._run
        if not self._tests:
            raise ChallengeFaultError("checks.py has no test")
        rows = [row for _, row in sorted(self._rows.items())]
        failed = any(row.verdict != Verdict.ACCEPTED for row in rows)
        stopped_early = failed and self.work.pack is not None and self.work.pack.stop_at_first_failure
        if len(rows) < len(self._tests) and not stopped_early:
            raise SandboxLostError(f"it ended after {len(rows)} of {len(self._tests)} tests")
        return verdict.of_submission([(row.name, Finding(row.verdict, row.message)) for row in rows])

    def _take(self, event: protocol.Event) -> None:
        match event:
            case protocol.Tests(tests):
                self._tests = tests
                self.tell(events.tests([(i, test.name, test.visible) for i, test in enumerate(tests)]))
            case protocol.Started(test):
                self.tell(events.started(test))
            case protocol.Output(test, stream, text, thread):
                if self._shown(test):
                    self._output.append({"test": test, "stream": stream, "text": text, "thread": thread})
                    self.tell(events.output(test, stream, text, thread))
            case protocol.OutputCut(test, limit):
                if self._shown(test):
                    self.tell(events.cut(test, limit))
            case protocol.Progress(test, done, total, unit):
                self.tell(events.progress(test, done, total, unit))
            case protocol.TestDone(test, report, measured):
                self._take_test(test, report, measured)
            case protocol.Explored(report):
                self._explored = event
                if report is not None:
                    self.tell(events.explored(report))
            case protocol.RunDone() if self.work.kind == "explore":
                self._run = verdict.of_exploration(self._explored, event, self.work.limits)
                self._done = True
            case protocol.RunDone():
                self._run = verdict.of_run(event, self.work.limits)
                self._done = True
            case protocol.Done():
                self._done = self._done or self.work.kind == "grade"
            case protocol.Fault("challenge", message):
                raise ChallengeFaultError(message)
            case protocol.Fault(_, message):
                raise SandboxLostError(f"the supervisor gave up: {message}")

    def _take_test(self, test: int, report: protocol.Report | None, measured: protocol.Measured) -> None:
        info = self._info(test)
        if test in self._rows:
            raise SandboxLostError(f"it reported test {test} twice")
        finding = verdict.of_test(report, measured, self.work.limits)
        row = TestRow(
            index=test,
            name=info.name,
            visible=info.visible,
            verdict=finding.verdict,
            message=finding.message,
            detail=report.detail if report else "",
            line=report.line if report else None,
            schedule=report.schedule if report else None,
            seconds=round(measured.wall_seconds, 3),
            stacks=[dataclasses.asdict(stack) for stack in measured.stacks],
            finding=report.finding if report and info.visible else None,
        )
        self._rows[test] = row
        shown = {name: getattr(row, name) for name in TestRow.__dataclass_fields__ if name != "index"}
        self.tell(events.result(test=test, **shown))

    def _shown(self, test: int | None) -> bool:
        return test is None or self._info(test).visible

    def _info(self, test: int) -> protocol.TestInfo:
        if not 0 <= test < len(self._tests):
            raise SandboxLostError(f"it spoke of test {test}, and there are {len(self._tests)}")
        return self._tests[test]


def fault_outcome(sandbox_kind: str) -> Outcome:
    """The outcome where the challenge itself is at fault."""
    return Outcome(Verdict.INTERNAL_ERROR, CHALLENGE_AT_FAULT, 0.0, sandbox=sandbox_kind)


def judge(work: Work, sandbox: Sandbox, owner: str, tell: Callable[[events.Event], None]) -> Outcome:
    """Leases a sandbox, works, and gives it back. Raises SandboxError and ChallengeFaultError."""
    with sandbox.lease(work.limits, owner) as lease:
        return Judge(work, tell, sandbox.kind).judge(lease)

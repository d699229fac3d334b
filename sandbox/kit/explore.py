"""Explore mode: every case under many schedules that we choose. Virtual time: under the plain one, without waiting."""

import dataclasses
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lockstep.verdicts import Verdict
from sandbox import telling
from sandbox.exploration import MOST_FINDING_BYTES, Finding
from sandbox.kit.judgement import ChallengeError, CheckFailedError
from sandbox.kit.mode import Determinism, Executor, Mode, ModeBrokenError, an_exception, report_of
from sandbox.kit.result import BadResultError, failure_from_wire, from_wire, served_from_wire
from sandbox.kit.serve import Service, Site
from sandbox.protocol import MOST_SCHEDULES, ProtocolError, Report, accept

if TYPE_CHECKING:
    from sandbox.kit.test import Test

_TEXT = 20_000
WITNESSES = 3
"""Executions of each case, beside those that explore it, that watch whether the scheduler still works."""
_MEDDLES = (
    "The scheduler of this test did not get to do its work: the program has changed how threads take turns. Leave that "
    "as it is."
)
_WAITS = {
    "lock": "for a lock",
    "notify": "to be notified",
    "get": "for an item of a queue",
    "put": "for room in a queue",
    "event": "for an event",
    "semaphore": "for a semaphore",
    "barrier": "at a barrier",
    "join": "for a thread to end",
    "future": "for a result",
}
_REALISM = {
    "gil": "This interpreter can really do this.",
    "language": (
        "This interpreter's GIL happens not to switch there; the language promises nothing, and free-threaded Python "
        "does it."
    ),
}


class Explore(Mode):
    """Each case under up to that many schedules: the plain one, few preemptions, then many kinds of sampling."""

    name = "explore"

    def __init__(self, schedules: int) -> None:
        self.schedules = schedules

    def judge(self, test: "Test", cases: list[Any], executor: Executor) -> Report:
        executions = 0
        complete: list[int] = []
        for number, case in enumerate(cases):
            exploration = _Exploration(self.schedules, test, case, executor)
            exploration.shift = number * self.schedules, len(cases) * self.schedules
            try:
                found = exploration.run()
                report = exploration.report(found)
                executions += exploration.executions_of(found)
                if report is None:
                    test.end_case()
            except (BadResultError, ProtocolError, LookupError, TypeError, ValueError):
                message = "The program sent the test a result that cannot be read."
                return Report(Verdict.RUNTIME_ERROR, message, executions=executions)
            except CheckFailedError as failure:
                report = _with_case(failure, case)
            if report is not None:
                return report
            complete.append(int(found["complete"]))
        total = len(cases) * self.schedules
        executor.progress(total, total, "schedules")
        return Report(Verdict.ACCEPTED, self._passed(executions, min(complete)), executions=executions)

    def _passed(self, executions: int, complete: int) -> str:
        told = f"Passed on {executions:,} schedules."
        if complete >= 1 << 30:
            return f"Passed on every schedule there is ({executions:,})."
        if complete >= 1:
            return f"{told} Among them are all with at most {complete} preemption{'s' if complete > 1 else ''}."
        return told


class VirtualTime(Explore):
    """Each case once, with the clock of the explorer: sleeping takes no time, and elapsed is exact."""

    name = "virtual_time"

    def __init__(self) -> None:
        super().__init__(schedules=1)

    def _passed(self, executions: int, complete: int) -> str:
        return "Passed."


class _Exploration:
    """One case."""

    def __init__(self, schedules: int, test: "Test", case: Any, executor: Executor) -> None:
        self._schedules, self._test, self._case, self._executor = schedules, test, case, executor
        self._failures: list[CheckFailedError] = []
        self._execution = -1
        self._service: Service | None = None
        self.witnesses = WITNESSES if schedules > 1 else 0
        self.shift = 0, schedules
        """Schedules of the cases before it, and of all."""

    def run(self) -> dict[str, Any]:
        """Answers what the learner's process asks until it has explored. Raises BadResultError, ModeBrokenError."""
        self._test.begin_case()
        determinism = Determinism(self._test)
        order = {"type": "execute", "case": self._case, "schedules": self._schedules, "seed": self._executor.seed}
        answer = self._executor.exchange({**order, "server": self._serves(), "witnesses": self.witnesses})
        judged = False
        while answer["type"] != "explored":
            reply: dict[str, Any] = {"type": "go on"}
            if answer["type"] == "judge":
                judged = True
                problem = self._problem(answer["result"], answer["execution"], determinism)
                reply["problem"] = None if problem is None else str(problem)
                reply["beside"] = problem is not None and self._differs(problem)
            elif answer["type"] == "ask":
                reply.update(self._reply(answer["execution"], answer["request"]))
            elif answer["type"] == "broken":
                raise ModeBrokenError(str(answer["message"]))
            else:
                done = min(int(answer["done"]), self._schedules)
                self._executor.progress(self.shift[0] + done, self.shift[1], "schedules")
            answer = self._executor.exchange(reply)
        if answer["finding"] is None and answer["diverged"] is None and not judged:
            raise BadResultError("nothing was asked about")
        return answer

    def _serves(self) -> bool:
        return self._service_of(0) is not None

    def _service_of(self, execution: Any) -> Service | None:
        """The server of that execution. Each has its own."""
        if type(execution) is not int:
            raise BadResultError("not an execution")
        if execution != self._execution:
            service = self._test.server(self._case)
            if isinstance(service, Site):
                raise ChallengeError("serve_http() needs real mode: the explorer does not model the network")
            self._execution, self._service = execution, service
        return self._service

    def _reply(self, execution: Any, request: Any) -> dict[str, Any]:
        service = self._service_of(execution)
        if service is None:
            raise BadResultError("there is no server")
        return dataclasses.asdict(service.reply(request))

    def _problem(self, said: dict[str, Any], execution: Any, determinism: Determinism) -> int | None:
        result = from_wire(said)
        service = self._service_of(execution)
        if service is not None:
            result = replace(result, served=served_from_wire(said["served"], service.asked))
        try:
            self._test.judge(self._case, result)
            determinism.see(self._case, result)
        except CheckFailedError as failure:
            self._failures.append(failure)
            return len(self._failures) - 1
        return None

    def _differs(self, problem: int) -> bool:
        return self._failures[problem].verdict == Verdict.NONDETERMINISTIC

    def report(self, found: dict[str, Any]) -> Report | None:
        """What the exploration means; None: nothing is wrong."""
        if found["diverged"] is not None:
            return Report(
                Verdict.RUNTIME_ERROR,
                "The program does not do the same thing twice under the same schedule, so it cannot be explored: "
                "it depends on something outside of it, such as the order of a set of objects, or a file.",
                detail=str(found["diverged"]),
            )
        finding = found["finding"]
        if finding is None:
            return self._meddles(found["witnessed"])
        if finding["kind"] == "not modelled" and self._test.where_modelled:
            return None
        verdict, message, line = self._judged(finding, bool(found["plain_failed"]))
        shown: Finding = accept(Finding, finding["trace"], MOST_FINDING_BYTES)
        told = [*self._told(finding, shown), f"case: {self._case!r}"]
        return Report(
            verdict,
            message,
            detail="\n\n".join(part for part in told if part),
            line=line,
            schedule=str(finding["schedule"]),
            executions=self.executions_of(found),
            finding=shown if self._test.visible else None,
        )

    def _meddles(self, witnessed: list[list[int]]) -> Report | None:
        """Whether those that watched the scheduler saw it idle."""
        if len(witnessed) == self.witnesses and all(silent == 0 for _, silent in witnessed):
            return None
        return Report(Verdict.FORBIDDEN, _MEDDLES)

    def executions_of(self, found: dict[str, Any]) -> int:
        return max(0, min(int(found["executions"]), self._schedules))

    def _judged(self, finding: dict[str, Any], plain_failed: bool) -> tuple[Verdict, str, int | None]:
        lines = [number for number in finding["lines"] if self._executor.is_line(number)]
        line = lines[0] if lines else None
        match finding["kind"]:
            case "finished":
                failure = self._failures[int(finding["problem"])]
                if plain_failed or failure.verdict != Verdict.WRONG_ANSWER:
                    return failure.verdict, failure.message, line
                return Verdict.RACE, f"{failure.message} {self._sometimes(finding, lines)}", line
            case "deadlock" if finding["returned"]:
                return Verdict.LEAK, "Threads were left that wait for ever after the work was done.", line
            case "deadlock":
                waits = [(number, kind) for number, kind in finding["waits"] if self._executor.is_line(number)]
                return Verdict.DEADLOCK, _stuck(waits, int(finding["cycle"])), min(waits)[0] if waits else None
            case "livelock":
                return Verdict.LIVELOCK, "The threads keep running, but nothing changes any more.", line
            case "endless":
                return Verdict.TIME_LIMIT, "It does not come to an end.", line
            case "output limit":
                return Verdict.OUTPUT_LIMIT, "It prints without end.", line
            case "not modelled":
                return Verdict.FORBIDDEN, self._not_modelled(str(finding["what"] or ""), line), line
        error = finding["error"]
        if error is None:
            lost = failure_from_wire(finding["lost"])
            message = f"{an_exception(lost, self._executor)} ended a thread or task, and nobody noticed."
            line = lost.line or line
        else:
            report = report_of(failure_from_wire(error), self._case, self._executor)
            message, line = report.message, report.line or line
        if plain_failed:
            return Verdict.RUNTIME_ERROR, message, line
        return Verdict.RACE, f"{message} {self._sometimes(finding, lines)}", line

    def _not_modelled(self, call: str, line: int | None) -> str:
        # As below: only words of its source may pass.
        known = call and self._executor.is_of_program(call)
        what = f"`{call}`" if known else "a process, the network or a signal"
        where = f" in line {line}" if line else ""
        return (
            f"The program uses {what}{where}. This test runs it under schedules of its own, which have no processes, "
            "no network and no signals: do without that."
        )

    def _sometimes(self, finding: dict[str, Any], lines: list[int]) -> str:
        where = f" in {_lines(lines)}" if lines else ""
        # The program itself says what it is about: only words of its source may pass, for it knows the case.
        named = str(finding["what"] or "")
        known = named and self._executor.is_of_program(named)
        what = f" look at `{named}`{where}" if known else f" look{where}" if where else ""
        told = "It comes out right when the threads run one after the other, and wrong on another interleaving"
        return f"{told}:{what}." if what else f"{told}."

    def _told(self, finding: dict[str, Any], shown: Finding) -> list[str]:
        """For visible tests: what happened, step by step."""
        told = []
        if finding["problem"] is not None:
            told.append(self._failures[int(finding["problem"])].detail)
        # What is not modelled was ended by an exception of ours, which helps nobody: the message says it all.
        if finding["error"] is not None and finding["kind"] != "not modelled":
            told.append(failure_from_wire(finding["error"]).traceback)
        elif finding["kind"] == "lost exception":
            told.append(f"In thread {finding['lost_in']}:\n{failure_from_wire(finding['lost']).traceback}")
        if shown["waits"] is not None:
            told.append("\n".join(telling.graph_text(shown["waits"]))[:_TEXT])
        count = int(finding["preemptions"])
        fewest = ", the fewest that show it" if finding["fewest"] else ""
        if count:
            told.append(f"{count} preemption{'s' if count > 1 else ''}{fewest}. {_REALISM.get(finding['realism'], '')}")
        if len(shown["threads"]) > 1:  # one alone is no interleaving
            told.append("\n".join(telling.table(shown["events"], shown["threads"], shown["dropped"]))[:_TEXT])
        return told


def _with_case(failure: CheckFailedError, case: Any) -> Report:
    report = failure.report()
    return Report(report.verdict, report.message, detail=f"{report.detail}\ncase: {case!r}".strip())


def _stuck(waits: list[tuple[int, str]], cycle: int) -> str:
    """Where who waits for what, when nothing can go on; cycle: how many threads hold each other up in a circle."""
    lines: dict[str, set[int]] = {}
    # Who waits for the end of others has nothing to do with why they do not end.
    for number, kind in sorted(waits, key=lambda wait: wait[1] == "join"):
        lines.setdefault(_WAITS.get(kind, ""), set()).add(number)
    places = [f"{what} in {_lines(sorted(numbers))}".strip() for what, numbers in lines.items()]
    who = "Every thread that is left waits for something that never comes"
    if cycle > 1:
        who = "The threads wait for each other for ever"
    elif cycle:
        who = "A thread waits for ever for what it holds itself"
    elif waits and all(kind == "events" for _, kind in waits):
        who = "Every task waits for something that never comes"
    return f"{who}: {', '.join(places)}." if places else f"{who}."


def _lines(numbers: list[int]) -> str:
    told = [str(number) for number in numbers[:4]]
    return f"line {told[0]}" if len(told) == 1 else f"lines {', '.join(told[:-1])} and {told[-1]}"


def explore(schedules: int = 300) -> Mode:
    """Every case under up to that many schedules (1 to 100,000), fewest preemptions first."""
    if type(schedules) is not int or not 1 <= schedules <= MOST_SCHEDULES:
        raise ValueError(f"explore(schedules={schedules!r}): use 1 to {MOST_SCHEDULES:,}")
    return Explore(schedules)


def virtual_time() -> Mode:
    """Every case once, in virtual time: what sleeps, sleeps no real second, and elapsed is exact."""
    return VirtualTime()

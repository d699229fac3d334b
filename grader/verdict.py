"""From what the tests reported and what the sandbox measured to a verdict. Pure functions.

What was measured weighs more than what was reported, because the learner's process takes part in the report and in no
measurement. Only a limit that did not end the program (processes) yields to a report that all is well.
"""

import signal
from collections.abc import Sequence
from dataclasses import dataclass

from lockstep.limits import Limits
from lockstep.verdicts import Verdict
from sandbox.protocol import PROGRAM, Explored, Measured, Report, RunDone, ThreadStack


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict and the sentence that goes with it."""

    verdict: Verdict
    message: str


def of_test(report: Report | None, measured: Measured, limits: Limits) -> Finding:
    """What came out of one test."""
    if ended := _ended_by_limit(measured, limits):
        return ended
    if report is not None and report.verdict == Verdict.ACCEPTED:
        return Finding(Verdict.ACCEPTED, report.message)
    if measured.limit == "processes":
        return _too_many_processes(limits)
    if report is not None:
        return Finding(Verdict(report.verdict), report.message)
    return Finding(Verdict.RUNTIME_ERROR, _how_it_ended(measured, "before the test was over"))


def of_run(done: RunDone, limits: Limits) -> Finding | None:
    """What came out of a run; None where the program ran to its end."""
    measured = done.measured
    if ended := _ended_by_limit(measured, limits):
        return ended
    if measured.exit_code == 0:
        return None
    if done.syntax_error:
        return Finding(Verdict.SYNTAX_ERROR, "Python could not read the program; see its message for the line.")
    if measured.limit == "processes":
        return _too_many_processes(limits)
    return Finding(Verdict.RUNTIME_ERROR, _how_it_ended(measured, ""))


def of_exploration(explored: Explored | None, done: RunDone, limits: Limits) -> Finding | None:
    """What came out of an exploration; None where it went through, or could not be what was asked for."""
    if explored is not None and explored.whole and done.measured.limit is None:
        return None
    found = of_run(done, limits)
    if found is None:  # it ended itself, successfully, before there was a report
        return Finding(Verdict.RUNTIME_ERROR, _how_it_ended(done.measured, "while it was explored"))
    return found


def of_submission(tests: Sequence[tuple[str, Finding]]) -> Finding:
    """The verdict of the first failing test, in the challenge's order, as (name, finding) each.

    Raises ValueError where there are no tests: nothing was graded, so nothing is accepted.
    """
    if not tests:
        raise ValueError("a submission without a test has no verdict")
    for name, finding in tests:
        if finding.verdict != Verdict.ACCEPTED:
            return Finding(finding.verdict, f"{name.rstrip('.')}: {finding.message}" if finding.message else name)
    many = len(tests)
    return Finding(Verdict.ACCEPTED, "The test passed." if many == 1 else f"All {many} tests passed.")


def _ended_by_limit(measured: Measured, limits: Limits) -> Finding | None:
    match measured.limit:
        case "wall":
            return Finding(
                Verdict.TIME_LIMIT,
                f"It was still running after {limits.wall_seconds:g} s, which is all the time it has. "
                f"It had used {measured.cpu_seconds:.1f} s of processor time.",
            )
        case "cpu":
            return Finding(
                Verdict.TIME_LIMIT,
                f"It used up the {limits.cpu_seconds:g} s of processor time that it may have, "
                f"within {measured.wall_seconds:.1f} s.",
            )
        case "memory":
            return Finding(
                Verdict.MEMORY_LIMIT, f"It needed more than the {limits.memory_mib} MiB of memory that it may use."
            )
        case "output":
            return Finding(
                Verdict.OUTPUT_LIMIT, f"It printed more than the {limits.output_bytes:,} bytes that it may print."
            )
        case "deadlock":
            return Finding(Verdict.DEADLOCK, _who_waits(measured.stacks))
    return None


def _too_many_processes(limits: Limits) -> Finding:
    return Finding(
        Verdict.PROCESS_LIMIT,
        f"It tried to have more than {limits.processes} threads and processes at once, which is all it may have.",
    )


def _who_waits(stacks: Sequence[ThreadStack]) -> str:
    waiting = [_where(stack) for stack in stacks if stack.waits_for == "lock"]
    if not waiting:
        return "Every thread waits for another one, and none of them can go on."
    if len(waiting) == 1:
        return f"Nothing can go on: {waiting[0]} waits for what nobody will give."
    shown = ", ".join(waiting[:4]) + (f" and {len(waiting) - 4} more" if len(waiting) > 4 else "")
    return f"Nothing can go on, because every thread waits: {shown}."


def _where(stack: ThreadStack) -> str:
    """The thread, and the line of the learner's own program that it waits in; a test's own thread has none."""
    own = [frame.line for frame in stack.frames if frame.file == PROGRAM]
    return f"{stack.name} at line {own[-1]}" if own else stack.name


def _how_it_ended(measured: Measured, when: str) -> str:
    if measured.signal is not None:
        try:
            name = signal.Signals(measured.signal).name
        except ValueError:
            name = f"signal {measured.signal}"
        return f"The program was ended by {name} {when}".rstrip() + "."
    return f"The program ended itself with exit code {measured.exit_code} {when}".rstrip() + "."

"""Real mode: the program as it is, several times."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lockstep.verdicts import Verdict
from sandbox.kit.judgement import CheckFailedError
from sandbox.kit.mode import Determinism, Executor, Mode, failed
from sandbox.kit.result import BadResultError
from sandbox.protocol import Report

if TYPE_CHECKING:
    from sandbox.kit.test import Test


class Real(Mode):
    """Each case repeat times, with the operating system's threads, processes and clock."""

    name = "real"

    def __init__(self, repeat: int) -> None:
        self.repeat = repeat

    def judge(self, test: "Test", cases: list[Any], executor: Executor) -> Report:
        total, done = len(cases) * self.repeat, 0
        for case in cases:
            test.begin_case()
            determinism = Determinism(test)
            try:
                for _ in range(self.repeat):
                    result = executor.execute(case, test.server(case))
                    done += 1
                    report = failed(result, case, executor)
                    if report is not None:
                        return replace(report, executions=done)
                    test.judge(case, result)
                    determinism.see(case, result)
                    executor.progress(done, total, "repeats" if self.repeat > 1 else "cases")
                test.end_case()
            except BadResultError:
                return Report(
                    Verdict.RUNTIME_ERROR, "The program sent the test a result that cannot be read.", executions=done
                )
            except CheckFailedError as failure:
                detail = f"{failure.detail}\ncase: {case!r}".strip()
                return replace(failure.report(), detail=detail, executions=done)
        return Report(Verdict.ACCEPTED, "Passed.", executions=done)


def real(repeat: int = 1) -> Mode:
    """The program as it is, with each case repeat times (1 to 1,000)."""
    if type(repeat) is not int or not 1 <= repeat <= 1000:
        raise ValueError(f"real(repeat={repeat!r}): use 1 to 1000")
    return Real(repeat)

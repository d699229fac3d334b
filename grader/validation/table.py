"""A report as text: solutions against tests."""

from collections.abc import Sequence
from typing import Any

from grader.validation.report import PackReport, Problem
from lockstep.verdicts import Verdict

_SHORT = {
    Verdict.ACCEPTED: "ok",
    Verdict.WRONG_ANSWER: "wrong",
    Verdict.NONDETERMINISTIC: "nondet",
    Verdict.RUNTIME_ERROR: "error",
    Verdict.SYNTAX_ERROR: "syntax",
    Verdict.TIME_LIMIT: "time",
    Verdict.MEMORY_LIMIT: "memory",
    Verdict.PROCESS_LIMIT: "procs",
    Verdict.OUTPUT_LIMIT: "output",
    Verdict.INTERNAL_ERROR: "fault",
}


def text(report: PackReport, problems: Sequence[Problem]) -> str:
    """The table, the names of its columns, and everything that is wrong."""
    tests = sorted(report.tests)
    head = ["", "", *(str(number) for number in range(1, len(tests) + 1)), "verdict", "s", "slowest"]
    body = [_line(row) for row in report.rows()]
    widths = [max(len(line[at]) for line in [head, *body]) for at in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in [head, *body]]
    names = [f"{number:>3}  {report.tests[index]}" for number, index in enumerate(tests, 1)]
    told = [f"{problem.level}: {problem.text}" for problem in problems]
    return "\n".join([report.slug, *(f"  {line}".rstrip() for line in [*lines, *names, *told])]) + "\n"


def _line(row: dict[str, Any]) -> list[str]:
    seconds = [f"{row[name]:.2f}" if row[name] is not None else "" for name in ("median_seconds", "slowest_seconds")]
    mark = "+" if row["right"] else "-"
    verdicts = _counts(row["verdicts"], row["gradings"], short=False)
    return [
        mark if row["good"] else "!",
        row["file"],
        *(_counts(each, row["gradings"]) for each in row["cells"]),
        verdicts,
        *seconds,
    ]


def _counts(counts: dict[str, int], of: int, *, short: bool = True) -> str:
    """One word where every seed gave the same, else each with its count."""
    words = {(_SHORT.get(Verdict(verdict), verdict.lower()) if short else verdict): n for verdict, n in counts.items()}
    if len(words) == 1 and of in words.values():
        return next(iter(words))
    return " ".join(f"{word} {count}" for word, count in words.items())

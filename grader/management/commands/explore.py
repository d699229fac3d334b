import json
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from grader.cli import USAGE, SandboxCommand, Show
from grader.judge import EXPLORED_SCHEDULES, Work
from sandbox import telling
from sandbox.exploration import Exploration
from sandbox.protocol import MOST_SCHEDULES


class Command(SandboxCommand):
    help = (
        "Explores a program under many schedules in a sandbox, without server or database, and prints its distinct"
        " outcomes and the shortest interleaving that breaks it. Exit code 0: nothing found; 1: a failure, outcomes"
        " that differ, or a limit met; 2: a wrong call, or an error of ours."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--schedules", type=int, default=EXPLORED_SCHEDULES, metavar="N", help="how many at most (%(default)s)"
        )
        parser.add_argument("--schedule", default="", metavar="TEXT", help="replay this schedule and show its steps")
        parser.add_argument("--stdin", default="", metavar="TEXT", help="what the program can read from standard input")

    def handle(self, *args: Any, file: str, seed: int | None, **options: Any) -> None:
        schedules: int = options["schedules"]
        if not 1 <= schedules <= MOST_SCHEDULES:
            raise CommandError(f"--schedules is {schedules}: use 1 to {MOST_SCHEDULES:,}", returncode=USAGE)
        work = Work(
            "explore",
            self.read(file),
            self.seed(seed),
            stdin=options["stdin"],
            schedules=schedules,
            schedule=options["schedule"],
        )
        show = Show(sys.stderr, sys.stderr, tests=False)
        outcome = self.judge(work, options["sandbox"], show)
        show.end_line()
        report = outcome.report
        if report is None and outcome.verdict is None:
            raise CommandError(outcome.message, returncode=USAGE)
        if options["json"]:
            found = {"verdict": outcome.verdict, "message": outcome.message, "seed": work.seed, "report": report}
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            if report is not None:
                self.stdout.write(_text(report, file, replayed=bool(work.schedule)))
            if outcome.verdict is not None:
                self.stdout.write(f"{outcome.verdict}  {outcome.message}")
        if outcome.verdict is not None or (report is not None and _found(report, replayed=bool(work.schedule))):
            sys.exit(1)


def _text(report: Exploration, file: str, *, replayed: bool) -> str:
    if not replayed:
        return telling.of_exploration(report, file, f"manage.py explore {file} --schedule")
    (outcome,) = report["outcomes"]
    lines = telling.of_trace(outcome["trace"]) if outcome["trace"] else []
    lines += ["", f"{outcome['kind']}: {outcome['detail']}" if outcome["detail"] else outcome["kind"]]
    if outcome["output"]:
        lines += ["printed:", outcome["output"].rstrip("\n")]
    return "\n".join(lines)


def _found(report: Exploration, *, replayed: bool) -> bool:
    if replayed:
        return report["outcomes"][0]["kind"] != "finished"
    return report["finding"] is not None or report["diverged"] is not None

import sys
from typing import Any

from grader.cli import SandboxCommand, Show
from grader.judge import Work


class Command(SandboxCommand):
    help = (
        "Runs a program in a sandbox, without server or database, and prints what it prints."
        " Exit code 0: it ran to its end; 1: it failed or met a limit; 2: a wrong call, or an error of ours."
    )

    def handle(self, *args: Any, file: str, seed: int | None, **options: Any) -> None:
        work = Work("run", self.read(file), self.seed(seed))
        show = Show(sys.stdout, sys.stderr, tests=False)
        outcome = self.judge(work, options["sandbox"], show)
        show.end_line()
        self.report(work, outcome, as_json=options["json"])

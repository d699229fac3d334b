import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from grader.cli import USAGE, SandboxCommand, Show
from grader.judge import Work
from lockstep.pack import BadPackError, read_pack


class Command(SandboxCommand):
    help = (
        "Grades a program against a challenge of content/, without server or database, and prints each test's verdict."
        " Exit code 0: ACCEPTED; 1: any other verdict; 2: a wrong call, or an error of ours."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the challenge's folder in content/challenges")
        super().add_arguments(parser)

    def handle(self, *args: Any, slug: str, file: str, seed: int | None, **options: Any) -> None:
        folder = settings.CONTENT / "challenges" / slug
        if not (folder / "challenge.toml").is_file() or "/" in slug:
            known = ", ".join(sorted(path.parent.name for path in folder.parent.glob("*/challenge.toml")))
            raise CommandError(f"there is no challenge {slug!r}: use one of {known}", returncode=USAGE)
        try:
            pack = read_pack(folder)
        except BadPackError as error:
            raise CommandError(str(error), returncode=USAGE) from None
        work = Work("grade", self.read(file), self.seed(seed), pack)
        show = Show(sys.stderr if options["json"] else sys.stdout, sys.stderr, tests=not options["json"])
        outcome = self.judge(work, options["sandbox"], show)
        show.end_line()
        self.report(work, outcome, as_json=options["json"])

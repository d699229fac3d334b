import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from grader.cli import USAGE, last_words
from grader.validation.levels import try_out
from grader.validation.parallel import Progress, validate
from grader.validation.table import text
from lockstep.level import BadLevelError, Level, read_level, read_levels
from lockstep.pack import BadPackError, Pack, read_pack, read_packs
from sandbox.errors import SandboxError
from sandbox.pool import provider

SEEDS = 50
MOST_JOBS = 256
TOLD_EVERY_SECONDS = 10.0
"""Where standard error is no terminal."""


class Command(BaseCommand):
    help = (
        "Grades every solution and the starter of the challenges in content/, each with many seeds, and prints a table"
        " of solutions against tests; explores the levels, and says whether they can be done with par."
        " Needs neither server nor database."
        " Exit code 0: all is well; 1: something is wrong with one of them; 2: a wrong call, or an error of ours."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", metavar="SLUG", nargs="*", help="challenges and levels (default: all)")
        parser.add_argument("--seeds", type=int, default=SEEDS, help=f"seeds for each file (default: {SEEDS})")
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at a time (default: as processors)")
        parser.add_argument("--sandbox", choices=("auto", "docker", "local"), default=settings.SANDBOX)
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of the tables")
        parser.add_argument("--content", type=Path, default=settings.CONTENT, help="the folder (default: content/)")

    def handle(self, *args: Any, slugs: list[str], seeds: int, jobs: int, content: Path, **options: Any) -> None:
        for name, given, most in (("--seeds", seeds, 1_000_000), ("--jobs", jobs, MOST_JOBS)):
            if not 1 <= given <= most:
                raise CommandError(f"{name} is {given}: use 1 to {most:,}", returncode=USAGE)
        packs, levels = _chosen(content, slugs)
        began = time.monotonic()
        shown = _Shown(sys.stderr)
        try:
            with last_words():
                sandbox = provider(options["sandbox"], warm=(jobs, jobs))
                try:
                    tried = [try_out(level, sandbox, f"command:{os.getpid()}") for level in levels]
                    reports = validate(packs, seeds, jobs, sandbox, shown.progress)
                finally:
                    shown.end()
                    sandbox.close()
        except SandboxError as error:
            raise CommandError(str(error), returncode=USAGE) from None
        seconds = time.monotonic() - began
        problems = [report.problems(pack, of_the_course=True) for report, pack in zip(reports, packs, strict=True)]
        of_levels = [level.problems for level in tried]
        green = not any(problem.level == "error" for found in [*problems, *of_levels] for problem in found)
        if options["json"]:
            told = {
                "green": green,
                "seeds": seeds,
                "seconds": round(seconds, 1),
                "challenges": [
                    {**report.to_mapping(), "problems": [{"level": one.level, "text": one.text} for one in found]}
                    for report, found in zip(reports, problems, strict=True)
                ],
                "levels": [level.to_mapping() for level in tried],
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            for report, found in zip(reports, problems, strict=True):
                self.stdout.write(text(report, found))
            for level in tried:
                self.stdout.write(level.text())
            bad = sum(any(one.level == "error" for one in found) for found in [*problems, *of_levels])
            count = sum(file.gradings for report in reports for file in report.files.values())
            self.stdout.write(
                f"challenges: {len(packs)}, levels: {len(tried)}, with errors: {bad}; "
                f"gradings: {count:,}, seeds: {seeds}, {seconds:.0f} s"
            )
        if not green:
            sys.exit(1)


def _chosen(content: Path, slugs: list[str]) -> tuple[list[Pack], list[Level]]:
    challenges, levels = content / "challenges", content / "levels"
    try:
        if not slugs:
            packs = read_packs(challenges)
            if not packs:
                raise CommandError(f"{challenges} has no challenges", returncode=USAGE)
            return packs, read_levels(levels)
        of_challenges = sorted(path.parent.name for path in challenges.glob("*/challenge.toml"))
        of_levels = sorted(path.parent.name for path in levels.glob("*/level.toml"))
        if unknown := [slug for slug in slugs if slug not in of_challenges and slug not in of_levels]:
            told = f"there is no challenge {unknown[0]!r}: use {', '.join([*of_challenges, *of_levels])}"
            raise CommandError(told, returncode=USAGE)
        chosen = dict.fromkeys(slugs)
        return (
            [read_pack(challenges / slug) for slug in chosen if slug in of_challenges],
            [read_level(levels / slug) for slug in chosen if slug in of_levels],
        )
    except (BadPackError, BadLevelError) as error:
        raise CommandError(str(error), returncode=USAGE) from None


class _Shown:
    """Progress: a line that is rewritten on a terminal, and one now and then elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._last = float("-inf")

    def progress(self, progress: Progress) -> None:
        now = time.monotonic()
        if not self._live and now - self._last < TOLD_EVERY_SECONDS:
            return
        self._last = now
        left = round(progress.seconds_left)
        line = f"{progress.done:,} of {progress.total:,} gradings, about {left // 60}:{left % 60:02d} left"
        self._out.write(f"\r\x1b[K{line}" if self._live else f"{line}\n")
        self._out.flush()

    def end(self) -> None:
        if self._live:
            self._out.write("\r\x1b[K")
            self._out.flush()

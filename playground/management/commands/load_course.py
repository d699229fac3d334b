from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lockstep.lesson import BadLessonError
from lockstep.level import BadLevelError
from lockstep.pack import BadPackError
from playground import packs


class Command(BaseCommand):
    help = "Loads lessons and challenges from content/ into the database; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--content", type=Path, default=settings.CONTENT, help="the folder (default: content/)")

    def handle(self, *args: Any, content: Path, **options: Any) -> None:
        if not content.is_dir():
            raise CommandError(f"{content} is no folder: name the one that holds lessons/ and challenges/")
        try:
            done = packs.load(content)
        except (BadLessonError, BadPackError, BadLevelError) as error:
            raise CommandError(f"nothing was loaded: {error}") from None
        self.stdout.write(
            f"course loaded: {done.lessons} new lessons, {done.challenges} new challenges, "
            f"{done.revisions} new revisions"
        )

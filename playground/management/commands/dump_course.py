from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from playground import packs


class Command(BaseCommand):
    help = "Writes the published challenges from the database into a folder, in the format of content/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        self.stdout.write(f"{packs.dump(folder)} challenges written to {folder / 'challenges'}")

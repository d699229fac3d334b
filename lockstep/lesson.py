"""A lesson as a file: `content/lessons/02-threads.md`, whose number is its order and whose name is its slug.

The file opens with a TOML table between two lines of `+++` (title, summary); what follows is Markdown. A fenced block
marked ```` ```python run ```` is an example that the learner can run, change and reset in place.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"(?P<order>\d+)-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.md")
_FILE = re.compile(r"\+\+\+\n(?P<head>.*?)\n\+\+\+\n(?P<body>.*)", re.DOTALL)


class BadLessonError(ValueError):
    """A lesson's file that is not in the format; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class LessonFile:
    """One lesson as it is written down."""

    slug: str
    order: int
    title: str
    summary: str
    body: str


def read_lesson(path: Path) -> LessonFile:
    """The lesson in a file. Raises BadLessonError."""
    named = _NAME.fullmatch(path.name)
    if not named:
        raise BadLessonError(f"{path.name}: name it like 02-threads.md, a number, a hyphen and the slug")
    try:
        found = _FILE.fullmatch(path.read_bytes().decode("utf-8"))
        if not found:
            raise BadLessonError(f"{path.name}: it must begin with title and summary between two lines of +++")
        head = tomllib.loads(found["head"])
    except UnicodeDecodeError as error:
        raise BadLessonError(f"{path.name}: not UTF-8 at byte {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        raise BadLessonError(f"{path.name}: {error}") from None
    if set(head) != {"title", "summary"} or not all(isinstance(text, str) and text for text in head.values()):
        raise BadLessonError(f"{path.name}: the head must have a title and a summary and nothing else, not {head!r}")
    return LessonFile(named["slug"], int(named["order"]), head["title"], head["summary"], found["body"])


def read_lessons(root: Path) -> list[LessonFile]:
    """Every lesson in a folder, in order. Raises BadLessonError."""
    return sorted((read_lesson(path) for path in root.glob("*.md")), key=lambda lesson: lesson.order)

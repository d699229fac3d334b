"""A lesson as a file: `content/lessons/02-threads.md`, whose number is its order and whose name is its slug.

The file opens with a TOML table between two lines of `+++` (title, summary); what follows is Markdown. A fenced block
marked ```` ```python run ```` is an example that the learner can run, change and reset in place.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"(?P<order>\d+)-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.md")
_LONGEST = {"title": 100, "summary": 300}
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
    if len(named["slug"]) > 60 or len(named["order"]) > 4:
        raise BadLessonError(f"{path.name}: use four digits and 60 characters for the slug at most")
    try:
        found = _FILE.fullmatch(path.read_bytes().decode("utf-8").replace("\r\n", "\n"))
        if not found:
            raise BadLessonError(f"{path.name}: it must begin with title and summary between two lines of +++")
        head = tomllib.loads(found["head"])
    except UnicodeDecodeError as error:
        raise BadLessonError(f"{path.name}: not UTF-8 at byte {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        raise BadLessonError(f"{path.name}: {error}") from None
    if set(head) != set(_LONGEST):
        raise BadLessonError(f"{path.name}: the head must have a title and a summary and nothing else, not {head!r}")
    for name, longest in _LONGEST.items():
        text = head[name]
        if not isinstance(text, str) or not text.strip() or not text.isprintable() or len(text) > longest:
            raise BadLessonError(
                f"{path.name}: {name} must be one line of 1 to {longest} printable characters, not {text!r}"
            )
    if "\0" in found["body"]:
        raise BadLessonError(f"{path.name}: the text holds a NUL character: remove it")
    return LessonFile(named["slug"], int(named["order"]), head["title"], head["summary"], found["body"])


def read_lessons(root: Path) -> list[LessonFile]:
    """Every lesson in a folder, in order. Raises BadLessonError."""
    lessons: dict[str, LessonFile] = {}
    for path in sorted(root.glob("*.md")):
        lesson = read_lesson(path)
        if lesson.slug in lessons:
            raise BadLessonError(f"{path.name}: there is another lesson {lesson.slug!r}: give each a slug of its own")
        lessons[lesson.slug] = lesson
    return sorted(lessons.values(), key=lambda lesson: lesson.order)

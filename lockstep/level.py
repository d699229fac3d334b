"""A level of "you are the scheduler", as a folder: a program that works on the plain schedule, and what to make it do.

    level.toml       title, summary, order, points, lesson, goal, prints, par, hints
    text.md          what is asked for
    program.py       what the learner schedules; it is not edited
    explanation.md   shown once it is solved, or to those who give up

goal is one of GOALS; prints, for that goal alone, is all that the program must have printed at its end. par is the
fewest interruptions (preemptions) with which it can be done. Standard library only.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lockstep.source import BadSourceError, check_source

GOALS = {
    "exception": "an exception",
    "deadlock": "a deadlock",
    "prints": "that output",
}
_REACHED_BY = {"exception": ("exception", "lost exception"), "deadlock": ("deadlock",), "prints": ("finished",)}


class BadLevelError(ValueError):
    """A level that is not in the format; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level as it is written down. Raises BadLevelError when built from what is not in the format."""

    slug: str
    title: str
    summary: str
    text: str
    program: str
    explanation: str
    goal: str
    par: int
    hints: tuple[str, ...] = ()
    prints: str = ""
    lesson: str = ""
    points: int = 10
    order: int = 0

    def __post_init__(self) -> None:
        where = f"level {self.slug}"
        for name in ("title", "summary"):
            text = getattr(self, name)
            if not isinstance(text, str) or not text.strip() or not text.isprintable() or len(text) > 300:
                raise BadLevelError(f"{where}: {name} must be one line of printable characters, not {text!r}")
        if self.goal not in GOALS:
            raise BadLevelError(f"{where}: goal is {self.goal!r}: use one of {', '.join(GOALS)}")
        if (self.goal == "prints") != bool(self.prints):
            raise BadLevelError(f"{where}: prints is {self.prints!r}: write it for the goal prints, and for no other")
        for name, least, most in (("par", 0, 100), ("points", 1, 1000), ("order", 0, 10_000)):
            number = getattr(self, name)
            if type(number) is not int or not least <= number <= most:
                raise BadLevelError(f"{where}: {name} must be a whole number from {least} to {most}, not {number!r}")
        if not all(isinstance(hint, str) and hint.strip() for hint in self.hints):
            raise BadLevelError(f"{where}: hints must be a list of texts, not {self.hints!r}")
        try:
            check_source(self.program)
        except BadSourceError as error:
            raise BadLevelError(f"{where}: program.py: {error}") from None

    @property
    def rules(self) -> dict[str, Any]:
        """What a revision keeps: reached() takes it."""
        return {"goal": self.goal, "prints": self.prints, "par": self.par}

    @property
    def digest(self) -> str:
        """Names the content."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def reached(rules: Mapping[str, Any], outcome: Mapping[str, Any]) -> bool:
    """Whether an execution that ended so (sandbox.exploration.Ending) has reached the goal."""
    if outcome["kind"] not in _REACHED_BY[rules["goal"]]:
        return False
    return bool(rules["goal"] != "prints" or outcome["output"] == rules["prints"])


def read_level(folder: Path) -> Level:
    """The level in a folder, whose name is its slug. Raises BadLevelError."""
    try:
        table = tomllib.loads((folder / "level.toml").read_text("utf-8"))
        texts = {
            name: (folder / file).read_text("utf-8")
            for name, file in (("text", "text.md"), ("program", "program.py"), ("explanation", "explanation.md"))
        }
        return Level(slug=folder.name, **{**table, "hints": tuple(table.get("hints", ())), **texts})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise BadLevelError(f"level {folder.name}: {error}") from None


def read_levels(root: Path) -> list[Level]:
    """Every level in a folder of folders, in order. Raises BadLevelError."""
    folders = [path for path in sorted(root.iterdir()) if path.is_dir()] if root.is_dir() else []
    return sorted(map(read_level, folders), key=lambda level: (level.order, level.slug))

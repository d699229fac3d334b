"""Levels as files: what is wrong with one is said, with the remedy; and what reaches a goal."""

from pathlib import Path

import pytest

from lockstep.level import BadLevelError, reached, read_level

LEVEL = {
    "level.toml": 'title = "T"\nsummary = "S."\ngoal = "deadlock"\npar = 1\nhints = ["Look."]\n',
    "text.md": "Reach it.\n",
    "program.py": "x = 1\n",
    "explanation.md": "So.\n",
}


def write(folder: Path, **files: str | None) -> Path:
    place = folder / "a-level"
    place.mkdir()
    for name, text in {**LEVEL, **files}.items():
        if text is not None:
            (place / name).write_text(text)
    return place


def test_a_level_is_read(tmp_path: Path) -> None:
    level = read_level(write(tmp_path))
    assert (level.slug, level.goal, level.par, level.hints, level.points) == ("a-level", "deadlock", 1, ("Look.",), 10)
    assert level.rules == {"goal": "deadlock", "prints": "", "par": 1}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("text.md", None, "text.md"),
        (
            "level.toml",
            'title = "T"\nsummary = "S."\ngoal = "win"\npar = 1\n',
            "use one of exception, deadlock, prints",
        ),
        ("level.toml", 'title = "T"\nsummary = "S."\ngoal = "prints"\npar = 1\n', "write it for the goal prints"),
        ("level.toml", 'title = "T"\nsummary = "S."\ngoal = "deadlock"\npar = -1\n', "par must be a whole number"),
        ("level.toml", 'title = "T"\nsummary = "S."\ngoal = "deadlock"\npar = 1\nsize = 3\n', "size"),
        ("level.toml", "title = ", "a-level"),
        ("program.py", "", "program.py"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, name: str, text: str | None, words: str) -> None:
    with pytest.raises(BadLevelError, match="level a-level") as caught:
        read_level(write(tmp_path, **{name: text}))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("goal", "kind", "output", "is_reached"),
    [
        ("exception", "exception", "", True),
        ("exception", "lost exception", "", True),
        ("exception", "deadlock", "", False),
        ("deadlock", "deadlock", "", True),
        ("deadlock", "finished", "", False),
        ("prints", "finished", "a\n", True),
        ("prints", "finished", "b\n", False),
        ("prints", "exception", "a\n", False),
    ],
)
def test_what_reaches_a_goal(goal: str, kind: str, output: str, *, is_reached: bool) -> None:
    rules = {"goal": goal, "prints": "a\n", "par": 1}
    assert reached(rules, {"kind": kind, "output": output}) is is_reached

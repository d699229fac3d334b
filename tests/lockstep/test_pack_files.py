"""A challenge between its folder and its value: nothing is lost either way."""

import random
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from lockstep.pack import DIFFICULTIES, BadPackError, Pack, read_pack, read_packs, write_pack
from tests.lockstep.packs import pack

COURSE = [path.parent for path in sorted((settings.CONTENT / "challenges").glob("*/challenge.toml"))]


@pytest.mark.parametrize("folder", COURSE, ids=lambda folder: folder.name)
def test_the_courses_challenges_survive_the_round_trip(folder: Path, tmp_path: Path) -> None:
    one = read_pack(folder)
    write_pack(one, tmp_path / one.slug)
    assert read_pack(tmp_path / one.slug) == one
    assert read_pack(tmp_path / one.slug).digest == one.digest


def test_the_course_has_its_challenges_in_order() -> None:
    found = read_packs(settings.CONTENT / "challenges")
    assert {"two-threads-counting", "hundred-threads", "thread-safe-counter"} <= {one.slug for one in found}
    assert [one.order for one in found] == sorted(one.order for one in found)
    for one in found:
        assert any("ACCEPTED" in one.expected(name) for name in one.solutions), one.slug


def some_text(dice: random.Random, longest: int = 40) -> str:
    letters = string.ascii_letters + " \"'\\#=[]{}+\t\r\x7fäß€\u2028\u0085\U0001f600"
    return "x" + "".join(dice.choice(letters) for _ in range(dice.randrange(longest)))


def one_line(dice: random.Random) -> str:
    return "".join(letter for letter in some_text(dice) if letter.isprintable()).strip()


def source(dice: random.Random) -> str:
    return "\n".join(some_text(dice) for _ in range(dice.randrange(1, 5))) + dice.choice(["", "\n", "\n\n", "\r\n"])


def one_name(dice: random.Random) -> str:
    return dice.choice(["queue", "concurrent.futures", "print", "größe", "threading.Lock"])


def some_of(dice: random.Random, one: Callable[[random.Random], str]) -> list[str]:
    return [one(dice) for _ in range(dice.randrange(4))]


def some_pack(dice: random.Random) -> Pack:
    limits: dict[str, Any] = {
        "wall_seconds": dice.choice([0.1, 2, 2.5, 10.0, 119.9]),
        "memory_mib": dice.randrange(32, 2049),
        "processes": dice.randrange(1, 1025),
    }
    return pack(
        title=one_line(dice),
        summary=one_line(dice),
        statement=source(dice),
        explanation=dice.choice(["", source(dice)]),
        starter=source(dice),
        scenario=source(dice),
        checks=source(dice),
        difficulty=dice.choice(DIFFICULTIES),
        points=dice.randrange(1001),
        order=dice.randrange(10_001),
        lesson=dice.choice(["", "threads", "a-b-1"]),
        tags=some_of(dice, lambda dice: one_line(dice).replace(",", "")),
        hints=some_of(dice, one_line),
        limits=dict(dice.sample(sorted(limits.items()), dice.randrange(4))),
        forbid={kind: some_of(dice, one_name) for kind in ("imports", "builtins") if dice.random() < 0.5},
        stop_at_first_failure=dice.random() < 0.5,
        solutions={f"s_{i}.py": "# verdict: RACE\n" + source(dice) for i in range(dice.randrange(4))},
    )


def test_any_pack_survives_the_round_trip(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    dice = random.Random(seed)
    for _ in range(60):
        one = some_pack(dice)
        # Into the same folder: what the one before left there must not come back.
        write_pack(one, tmp_path / "counter")
        assert read_pack(tmp_path / "counter") == one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pack(pack(), tmp_path / "counter")
    return tmp_path / "counter"


def problems(folder: Path) -> list[str]:
    with pytest.raises(BadPackError) as raised:
        read_pack(folder)
    return raised.value.problems


@pytest.mark.parametrize("name", ["challenge.toml", "statement.md", "starter.py", "scenario.py", "checks.py"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert problems(folder) == [f"{name} is missing"]


def test_every_missing_file_is_named_at_once(folder: Path) -> None:
    for name in ("statement.md", "checks.py"):
        (folder / name).unlink()
    assert problems(folder) == ["statement.md is missing", "checks.py is missing"]


@pytest.mark.parametrize("name", ["challenge.toml", "statement.md", "checks.py", "solutions/right.py"])
def test_a_file_that_is_not_utf8_is_named_with_the_place(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"# \xe4")
    assert problems(folder) == [f"{name} is not UTF-8 at byte 2"]


def test_toml_that_is_none_is_said_with_the_line(folder: Path) -> None:
    (folder / "challenge.toml").write_text('title = "Counter"\nsummary =\n')
    (problem,) = problems(folder)
    assert problem.startswith("challenge.toml: ")
    assert "line 2" in problem


@pytest.mark.parametrize("name", ["statement", "checks", "solutions"])
def test_what_has_a_file_of_its_own_is_not_said_in_the_table(folder: Path, name: str) -> None:
    table = folder / "challenge.toml"
    table.write_text(f'{name} = "x"\n' + table.read_text())
    assert problems(folder) == [f"challenge.toml: {name} belongs into a file of its own"]


def test_packs_come_in_the_order_of_the_course(tmp_path: Path) -> None:
    for slug, order in (("b", 2), ("a", 2), ("c", 1)):
        write_pack(pack(slug, order=order), tmp_path / slug)
    (tmp_path / "README.md").write_text("no challenge")
    for name in (".idea", "__pycache__"):
        (tmp_path / name).mkdir()
    assert [one.slug for one in read_packs(tmp_path)] == ["c", "a", "b"]
    assert read_packs(tmp_path / "nowhere") == []

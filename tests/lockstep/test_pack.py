"""A challenge as one value: what is accepted, what is said of every wrong field, and what names a revision."""

from typing import Any

import pytest

from lockstep.limits import Limits
from lockstep.pack import DEFAULT_POINTS, BadPackError, Pack, declared_verdicts
from lockstep.verdicts import Verdict
from tests.lockstep.packs import mapping, pack

LONG = "x" * (64 * 1024 + 1)


def problems(slug: str = "counter", /, **changes: Any) -> list[str]:
    with pytest.raises(BadPackError) as raised:
        pack(slug, **changes)
    assert raised.value.slug == slug
    assert str(raised.value) == f"challenge {slug}: " + "; ".join(raised.value.problems)
    return raised.value.problems


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "title must be one line of 1 to 100 printable characters, not ''"),
    ({"title": " "}, "title must be one line"),
    ({"title": "two\nlines"}, "title must be one line"),
    ({"title": "a\0b"}, "title must be one line of 1 to 100 printable characters, not 'a\\x00b'"),
    ({"title": "x" * 101}, "title must be one line of 1 to 100"),
    ({"title": 7}, "title must be one line of 1 to 100 printable characters, not 7"),
    ({"summary": "x" * 301}, "summary must be one line of 1 to 300"),
    ({"summary": None}, "summary must be one line"),
    ({"difficulty": "easy"}, "difficulty is 'easy': use one of exercise, challenge, hard, harder, hardest, capstone"),
    ({"difficulty": ["hard"]}, "difficulty is ['hard']: use one of"),
    ({"difficulty": ["hard"], "points": 0}, "difficulty is ['hard']: use one of"),
    ({"points": -1}, "points must be a whole number from 0 to 1000, not -1"),
    ({"points": 1001}, "points must be a whole number from 0 to 1000, not 1001"),
    ({"points": 2.0}, "points must be a whole number from 0 to 1000, not 2.0"),
    ({"points": 0.0}, "points must be a whole number from 0 to 1000, not 0.0"),
    ({"points": False}, "points must be a whole number from 0 to 1000, not False"),
    ({"points": ""}, "points must be a whole number from 0 to 1000, not ''"),
    ({"points": "20"}, "points must be a whole number from 0 to 1000, not '20'"),
    ({"order": 10_001}, "order must be a whole number from 0 to 10000, not 10001"),
    ({"order": True}, "order must be a whole number from 0 to 10000, not True"),
    ({"lesson": "Threads!"}, "lesson must be a lesson's slug, not 'Threads!'"),
    ({"lesson": 2}, "lesson must be a lesson's slug, not 2"),
    ({"tags": "lock"}, "tags must be a list of texts, not 'lock'"),
    ({"tags": [1]}, "tags must be a list of texts, not [1]"),
    ({"tags": ["a\0"]}, "tags has 'a\\x00': use printable words without commas or spaces around them"),
    ({"tags": ["a,b"]}, "tags has 'a,b': use printable words without commas"),
    ({"tags": [""]}, "tags has '': use printable words"),
    ({"tags": [" a"]}, "tags has ' a': use printable words without commas or spaces around them"),
    ({"hints": {"a": 1}}, "hints must be a list of texts"),
    ({"hints": ["\0"]}, "hints has '\\x00': write each on one line"),
    ({"hints": ["one\ntwo"]}, "hints has 'one\\ntwo': write each on one line, without spaces around it"),
    ({"hints": [""]}, "hints has '': write each on one line"),
    ({"limits": [1]}, "limits must be a table, not [1]"),
    ({"limits": {"walls": 1}}, "unknown limit 'walls': use one of"),
    ({"limits": {"wall_seconds": 0}}, "limit wall_seconds = 0 is out of range: use 0.1 to 120"),
    ({"limits": {"memory_mib": "1G"}}, "limit memory_mib must be a number, not '1G'"),
    ({"forbid": ["ctypes"]}, "forbid must be a table, not ['ctypes']"),
    ({"forbid": {"imports": "ctypes"}}, "forbid.imports must be a list of texts, not 'ctypes'"),
    ({"forbid": {"import": ["ctypes"]}}, "forbid has 'import': use imports, attributes, builtins, allow"),
    ({"forbid": {"imports": ["a\0"]}}, "forbid.imports has 'a\\x00': use names"),
    ({"forbid": {"attributes": ["threading.Lock()"]}}, "forbid.attributes has 'threading.Lock()': use names"),
    ({"forbid": {"allow": ["ctype"]}}, "forbid.allow has 'ctype': use names of __builtins__, __closure__"),
    ({"stop_at_first_failure": 1}, "stop_at_first_failure must be true or false, not 1"),
    ({"statement": " \n"}, "statement is empty: say what is asked for"),
    ({"statement": 3}, "statement is empty"),
    ({"statement": "a\0"}, "statement holds a NUL character: remove it"),
    ({"statement": "```python sample\nx\n```\n"}, "statement.md: line 1: the sample has no `output` block after it"),
    ({"explanation": 3}, "explanation must be text, not 3"),
    ({"explanation": "a\0"}, "explanation holds a NUL character: remove it"),
    ({"starter": ""}, "starter.py: the source is empty"),
    ({"starter": None}, "starter.py: the source is empty"),
    ({"scenario": LONG}, "scenario.py: the source has 65,537 bytes, 65,536 are allowed: shorten it"),
    ({"checks": "x\n\0"}, "checks.py: the source holds a NUL character in line 2"),
    ({"solutions": ["right.py"]}, "solutions must be a table, not ['right.py']"),
    ({"solutions": {"Right.py": "# verdict: ACCEPTED\n"}}, "solutions/Right.py: use a name of lower-case letters"),
    ({"solutions": {"../x.py": "# verdict: ACCEPTED\n"}}, "solutions/../x.py: use a name of lower-case letters"),
    ({"solutions": {"right.txt": "# verdict: ACCEPTED\n"}}, "solutions/right.txt: use a name"),
    ({"solutions": {"a.py": ""}}, "solutions/a.py: the source is empty"),
    ({"solutions": {"a.py": 7}}, "solutions/a.py: "),
    ({"solutions": {"a.py": "x = 1\n"}}, "solutions/a.py: the first line is 'x = 1': write `# verdict: `"),
    ({"solutions": {"a.py": "# verdict: RIGHT\n"}}, "solutions/a.py: 'RIGHT' is no verdict: use one of ACCEPTED, "),
]


@pytest.mark.parametrize(("changes", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_a_wrong_field_is_named_with_the_remedy(changes: dict[str, Any], said: str) -> None:
    found = problems(**changes)
    assert any(problem.startswith(said) for problem in found), found
    assert all("NoneType" not in problem for problem in found), found


@pytest.mark.parametrize("slug", ["", "Counter", "a_b", "-a", "a-", "a--b", "ä", "a/b", "x" * 61])
def test_a_wrong_slug_is_named(slug: str) -> None:
    assert problems(slug) == [f"the slug {slug!r} must be lower-case words joined by hyphens, 60 characters at most"]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = problems(title="", points=-1, starter="", solutions={"a.py": "x"})
    assert [problem.split(" ")[0] for problem in found] == ["title", "points", "starter.py:", "solutions/a.py:"]


def test_unknown_fields_are_errors() -> None:
    (problem,) = problems(tittle="x")
    assert problem.startswith("unknown field 'tittle': use ")
    assert "title" in problem


@pytest.mark.parametrize("name", ["title", "summary", "statement", "starter", "scenario", "checks"])
def test_a_missing_field_is_named(name: str) -> None:
    assert problems(**{name: ...}) == [f"{name} is missing"]


def test_what_may_be_left_out_has_a_default() -> None:
    optional = ("difficulty", "points", "order", "lesson", "tags", "hints", "limits", "forbid", "solutions")
    bare = pack(**dict.fromkeys(optional, ...))
    assert bare.limits == Limits()
    assert (bare.difficulty, bare.points, bare.order, bare.lesson) == ("challenge", 20, 0, "")
    assert (bare.tags, bare.hints, dict(bare.forbid), dict(bare.solutions)) == ((), (), {}, {})


@pytest.mark.parametrize(("difficulty", "points"), DEFAULT_POINTS.items())
def test_no_points_are_the_points_of_the_difficulty(difficulty: str, points: int) -> None:
    assert pack(difficulty=difficulty, points=...).points == points
    assert pack(difficulty=difficulty, points=0).points == points
    assert pack(difficulty=difficulty, points=7).points == 7


def test_to_mapping_is_the_inverse_of_from_mapping() -> None:
    one = pack(stop_at_first_failure=True)
    assert Pack.from_mapping("counter", one.to_mapping()) == one


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Other"},
        {"statement": "# Count \n"},
        {"explanation": "Why.\n"},
        {"points": 21},
        {"tags": ["lock", "queue"]},
        {"limits": {"wall_seconds": 5.5}},
        {"forbid": {}},
        {"stop_at_first_failure": True},
        {"solutions": {}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_content_has_another_digest(changes: dict[str, Any]) -> None:
    assert pack(**changes).digest != pack().digest


def test_the_same_content_has_the_same_digest_however_it_was_written() -> None:
    two = {"b.py": "# verdict: RACE\n", "a.py": "# verdict: ACCEPTED\n"}
    assert pack().digest == Pack.from_mapping("counter", dict(reversed(mapping().items()))).digest
    assert pack(solutions=two).digest == pack(solutions=dict(sorted(two.items()))).digest
    assert pack(limits={"wall_seconds": 10.0}).digest == pack(limits={}).digest
    assert pack(points=0).digest == pack(points=20).digest
    assert pack(explanation="").digest == pack().digest


def test_a_pack_without_an_explanation_keeps_the_digest_of_before_there_were_any() -> None:
    assert pack().digest == "73c189b599f5e78e1af683f142f34dc9477e82488bc9341c992ca976ecd24d28"


@pytest.mark.parametrize(
    ("line", "verdicts"),
    [
        ("# verdict: ACCEPTED", {Verdict.ACCEPTED}),
        ("#verdict:ACCEPTED  ", {Verdict.ACCEPTED}),
        ("# verdict: WRONG_ANSWER, RACE,DEADLOCK", {Verdict.WRONG_ANSWER, Verdict.RACE, Verdict.DEADLOCK}),
        ("# verdict: ACCEPTED\r", {Verdict.ACCEPTED}),
    ],
)
def test_a_solution_declares_one_verdict_or_a_few(line: str, verdicts: set[Verdict]) -> None:
    assert declared_verdicts(f"{line}\nx = 1\n") == verdicts
    assert pack(solutions={"a.py": f"{line}\nx = 1\n"}).expected("a.py") == verdicts


@pytest.mark.parametrize("line", ["", "# verdict:", "# verdict: accepted", "# ACCEPTED", "x # verdict: ACCEPTED"])
def test_a_first_line_without_verdict_is_quoted(line: str) -> None:
    with pytest.raises(ValueError, match=r"the first line is .*: write `# verdict: ` and the verdict that it must get"):
        declared_verdicts(f"{line}\n# verdict: ACCEPTED\n")

"""A challenge as a folder of files, and as one value: the format that instructors write.

    challenge.toml   title, summary, difficulty, points, order, lesson, tags, limits, forbid, hints
    statement.md     requirements, constraints, sample input and output (see samples.py)
    explanation.md   why it is done so: shown once it is solved, or to those who give up; may be missing
    starter.py       what the learner begins with
    scenario.py      goes into the learner's process
    checks.py        never does
    solutions/*.py   first line `# verdict: ACCEPTED`, or the verdict (or the few, separated by commas) that this
                     wrong solution must get; a docstring says why

Nothing here parses Python: that happens inside a sandbox, whose Python may be newer than this one.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from lockstep import rules
from lockstep.limits import BadLimitError, Limits
from lockstep.samples import BadSampleError, samples
from lockstep.source import BadSourceError, check_source
from lockstep.verdicts import Verdict

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SOLUTION_NAME = re.compile(r"[a-z0-9_]+\.py")
DIFFICULTIES = ("exercise", "challenge", "hard", "harder", "hardest", "capstone")
DEFAULT_POINTS = {"exercise": 10, "challenge": 20, "hard": 30, "harder": 40, "hardest": 50, "capstone": 80}
_VERDICT_LINE = re.compile(r"#\s*verdict:\s*([A-Z_]+(?:\s*,\s*[A-Z_]+)*)\s*")


class BadPackError(ValueError):
    """A challenge that is not in the format; `problems` lists everything that is wrong with it."""

    def __init__(self, slug: str, problems: list[str]) -> None:
        self.slug = slug
        self.problems = problems
        super().__init__(f"challenge {slug}: " + "; ".join(problems))


@dataclass(frozen=True, slots=True)
class Pack:
    """One revision of a challenge. Raises BadPackError when built from what is not in the format."""

    slug: str
    title: str
    summary: str
    statement: str
    starter: str
    scenario: str
    checks: str
    explanation: str = ""
    """Markdown for those who have solved it or given up; empty where there is none."""
    difficulty: str = "challenge"
    points: int = 0
    """0 means the points of its difficulty."""
    order: int = 0
    lesson: str = ""
    """The slug of the lesson it belongs to, or empty."""
    tags: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    forbid: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a submission may not use, by the kinds of lockstep/rules.py; "allow" takes from what none may use."""
    stop_at_first_failure: bool = False
    solutions: Mapping[str, str] = field(default_factory=dict)
    """File name to source."""

    def __post_init__(self) -> None:
        if self.points == 0 and type(self.points) is int and self.difficulty in DIFFICULTIES:
            object.__setattr__(self, "points", DEFAULT_POINTS[self.difficulty])
        if problems := _problems(self):
            raise BadPackError(self.slug, problems)

    def to_mapping(self) -> dict[str, Any]:
        """Everything but the slug as JSON-compatible values; from_mapping is the inverse."""
        return {
            "title": self.title,
            "summary": self.summary,
            "statement": self.statement,
            "starter": self.starter,
            "scenario": self.scenario,
            "checks": self.checks,
            "explanation": self.explanation,
            "difficulty": self.difficulty,
            "points": self.points,
            "order": self.order,
            "lesson": self.lesson,
            "tags": list(self.tags),
            "hints": list(self.hints),
            "limits": self.limits.to_mapping(),
            "forbid": {kind: list(names) for kind, names in sorted(self.forbid.items())},
            "stop_at_first_failure": self.stop_at_first_failure,
            "solutions": dict(sorted(self.solutions.items())),
        }

    @classmethod
    def from_mapping(cls, slug: str, given: Mapping[str, Any]) -> Self:
        """A pack from to_mapping's form. Raises BadPackError on unknown names and wrong values."""
        known = {name for name in cls.__dataclass_fields__ if name != "slug"}
        if unknown := sorted(set(given) - known):
            raise BadPackError(slug, [f"unknown field {name!r}: use {', '.join(sorted(known))}" for name in unknown])
        if missing := sorted({"title", "summary", "statement", "starter", "scenario", "checks"} - set(given)):
            raise BadPackError(slug, [f"{name} is missing" for name in missing])
        values = dict(given)
        try:
            values["limits"] = Limits.from_mapping(_table(values.get("limits", {}), "limits"))
            values["tags"] = _words(values.get("tags", []), "tags")
            values["hints"] = _words(values.get("hints", []), "hints")
            values["forbid"] = {
                kind: _words(names, f"forbid.{kind}")
                for kind, names in _table(values.get("forbid", {}), "forbid").items()
            }
            values["solutions"] = _table(values.get("solutions", {}), "solutions")
        except (BadLimitError, TypeError) as error:
            raise BadPackError(slug, [str(error)]) from None
        return cls(slug=slug, **values)

    @property
    def digest(self) -> str:
        """Names the content: two packs are the same revision exactly when their digests agree."""
        # A pack that says nothing there keeps the digest that it had before there were explanations: an installation
        # that is brought up to date gets no new revisions, which would undo what was edited in its admin.
        said = {name: value for name, value in self.to_mapping().items() if name != "explanation" or value}
        body = json.dumps(said, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(body.encode()).hexdigest()

    def expected(self, solution: str) -> frozenset[Verdict]:
        """The verdicts that a file under solutions/ declares."""
        return declared_verdicts(self.solutions[solution])


def declared_verdicts(source: str) -> frozenset[Verdict]:
    """The verdicts named in a solution's first line. Raises ValueError where there is no such line."""
    first = source.split("\n", 1)[0]
    found = _VERDICT_LINE.fullmatch(first.rstrip())
    if not found:
        raise ValueError(f"the first line is {first[:60]!r}: write `# verdict: ` and the verdict that it must get")
    words = [word.strip() for word in found[1].split(",")]
    for word in words:
        if word not in Verdict.__members__:
            raise ValueError(f"{word!r} is no verdict: use one of {', '.join(Verdict)}")
    return frozenset(Verdict(word) for word in words)


def read_pack(folder: Path) -> Pack:
    """The pack in a folder, whose name is its slug. Raises BadPackError."""
    slug = folder.name
    problems: list[str] = []

    def text(path: Path) -> str:
        try:
            return path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            problems.append(f"{path.relative_to(folder)} is missing")
        except UnicodeDecodeError as error:
            problems.append(f"{path.relative_to(folder)} is not UTF-8 at byte {error.start}")
        return ""

    table: dict[str, Any] = {}
    try:
        table = tomllib.loads(text(folder / "challenge.toml"))
    except tomllib.TOMLDecodeError as error:
        problems.append(f"challenge.toml: {error}")
    explanation = folder / "explanation.md"
    files = {
        "statement": text(folder / "statement.md"),
        "explanation": text(explanation) if explanation.exists() else "",
        "starter": text(folder / "starter.py"),
        "scenario": text(folder / "scenario.py"),
        "checks": text(folder / "checks.py"),
        "solutions": {path.name: text(path) for path in sorted((folder / "solutions").glob("*.py"))},
    }
    problems += [f"challenge.toml: {name} belongs into a file of its own" for name in sorted(files.keys() & table)]
    if problems:
        raise BadPackError(slug, problems)
    return Pack.from_mapping(slug, {**table, **files})


def read_packs(root: Path) -> list[Pack]:
    """Every pack under a folder of folders, in the order of the course. Raises BadPackError for the first bad one."""
    # Editors and Python leave folders of their own, such as .idea and __pycache__.
    found = sorted(root.iterdir()) if root.is_dir() else []
    folders = [path for path in found if path.is_dir() and not path.name.startswith((".", "__"))]
    return sorted((read_pack(path) for path in folders), key=lambda pack: (pack.order, pack.slug))


def write_pack(pack: Pack, folder: Path) -> None:
    """The inverse of read_pack: the files of a pack, in a folder that is made where it is missing.

    Solutions that are in the folder and not in the pack are removed.
    """
    (folder / "solutions").mkdir(parents=True, exist_ok=True)
    for name in ("statement.md", "starter.py", "scenario.py", "checks.py"):
        (folder / name).write_text(getattr(pack, name.split(".")[0]), encoding="utf-8")
    if pack.explanation:
        (folder / "explanation.md").write_text(pack.explanation, encoding="utf-8")
    else:
        (folder / "explanation.md").unlink(missing_ok=True)
    for path in (folder / "solutions").glob("*.py"):
        if path.name not in pack.solutions:
            path.unlink()
    for name, source in pack.solutions.items():
        (folder / "solutions" / name).write_text(source, encoding="utf-8")
    (folder / "challenge.toml").write_text(_toml(pack), encoding="utf-8")


def _toml(pack: Pack) -> str:
    # A JSON string is a TOML basic string, but for DEL, which JSON leaves as it is.
    def value(given: Any) -> str:
        return json.dumps(given, ensure_ascii=False).replace("\x7f", "\\u007f")

    def lines(values: tuple[str, ...]) -> str:
        return "[\n" + "".join(f"    {value(item)},\n" for item in values) + "]"

    out = [f"{name} = {value(getattr(pack, name))}" for name in ("title", "summary", "difficulty", "points", "order")]
    if pack.lesson:
        out.append(f"lesson = {value(pack.lesson)}")
    if pack.stop_at_first_failure:
        out.append("stop_at_first_failure = true")
    out.append(f"tags = {value(list(pack.tags))}")
    out.append(f"hints = {lines(pack.hints) if pack.hints else '[]'}")
    defaults = Limits().to_mapping()
    if changed := {name: given for name, given in pack.limits.to_mapping().items() if given != defaults[name]}:
        out += ["", "[limits]", *(f"{name} = {value(given)}" for name, given in changed.items())]
    if pack.forbid:
        out += ["", "[forbid]", *(f"{kind} = {value(list(names))}" for kind, names in sorted(pack.forbid.items()))]
    return "\n".join(out) + "\n"


def _table(given: Any, name: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise TypeError(f"{name} must be a table, not {given!r}")
    return dict(given)


def _words(given: Any, name: str) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(word, str) for word in given):
        raise TypeError(f"{name} must be a list of texts, not {given!r}")
    return tuple(given)


def _problems(pack: Pack) -> list[str]:
    found: list[str] = []
    if not SLUG.fullmatch(pack.slug) or len(pack.slug) > 60:
        found.append(f"the slug {pack.slug!r} must be lower-case words joined by hyphens, 60 characters at most")
    for name, longest in (("title", 100), ("summary", 300)):
        text = getattr(pack, name)
        if not isinstance(text, str) or not text.strip() or not text.isprintable() or len(text) > longest:
            found.append(f"{name} must be one line of 1 to {longest} printable characters, not {text!r}")
    if pack.difficulty not in DIFFICULTIES:
        found.append(f"difficulty is {pack.difficulty!r}: use one of {', '.join(DIFFICULTIES)}")
    for name, most in (("points", 1000), ("order", 10_000)):
        number = getattr(pack, name)
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
            found.append(f"{name} must be a whole number from 0 to {most}, not {number!r}")
    if not isinstance(pack.lesson, str) or (pack.lesson and not SLUG.fullmatch(pack.lesson)):
        found.append(f"lesson must be a lesson's slug, not {pack.lesson!r}")
    if not isinstance(pack.stop_at_first_failure, bool):
        found.append(f"stop_at_first_failure must be true or false, not {pack.stop_at_first_failure!r}")
    found += _list_problems(pack)
    found += _prose_problems(pack)
    for name in ("starter", "scenario", "checks"):
        found += _source_problems(f"{name}.py", getattr(pack, name))
    for name, source in pack.solutions.items():
        if not SOLUTION_NAME.fullmatch(name):
            found.append(f"solutions/{name}: use a name of lower-case letters, digits and _ that ends in .py")
        found += _source_problems(f"solutions/{name}", source)
        try:
            declared_verdicts(source)
        except (ValueError, AttributeError) as error:
            found.append(f"solutions/{name}: {error}")
    return found


def _prose_problems(pack: Pack) -> list[str]:
    found = []
    if not isinstance(pack.explanation, str):
        found.append(f"explanation must be text, not {pack.explanation!r}")
    elif "\0" in pack.explanation:
        found.append("explanation holds a NUL character: remove it")
    if not isinstance(pack.statement, str) or not pack.statement.strip():
        return [*found, "statement is empty: say what is asked for"]
    if "\0" in pack.statement:
        return [*found, "statement holds a NUL character: remove it"]
    try:
        samples(pack.statement)
    except BadSampleError as error:
        found.append(f"statement.md: {error}")
    return found


def _list_problems(pack: Pack) -> list[str]:
    found: list[str] = []
    if unknown := sorted(set(pack.forbid) - {*rules.KINDS, "allow"}):
        found.append(f"forbid has {unknown[0]!r}: use {', '.join(rules.KINDS)}, allow")
    for kind, names in pack.forbid.items():
        for name in names:
            if kind == "allow" and name not in rules.ALLOWABLE:
                found.append(f"forbid.allow has {name!r}: use names of {', '.join(sorted(rules.ALLOWABLE))}")
            elif not all(part.isidentifier() for part in name.split(".")):
                found.append(f"forbid.{kind} has {name!r}: use names, such as threading or threading.Lock")
    for tag in pack.tags:
        if not tag or not tag.isprintable() or tag != tag.strip() or "," in tag:
            found.append(f"tags has {tag!r}: use printable words without commas or spaces around them")
    for hint in pack.hints:
        if not hint or not hint.isprintable() or hint != hint.strip():
            found.append(f"hints has {hint!r}: write each on one line, without spaces around it")
    return found


def _source_problems(name: str, source: object) -> list[str]:
    try:
        check_source(source if isinstance(source, str) else "")
    except BadSourceError as error:
        return [f"{name}: {error}"]
    return []

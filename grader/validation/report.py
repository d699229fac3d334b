"""What gradings of a challenge's own files say about it. Nothing in here runs anything.

A report is a JSON value as well: it is what `--json` prints and what an installation keeps of a revision.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Literal, Self

from lockstep.pack import Pack
from lockstep.verdicts import Verdict

STARTER = "starter.py"
RIGHT_WANTED = 2
WRONG_WANTED = 4

_BROKEN = {Verdict.SYNTAX_ERROR, Verdict.RUNTIME_ERROR, Verdict.FORBIDDEN}
_MOST_TOLD = 300
"""Characters of a verdict's message that are repeated."""


@dataclass(frozen=True, slots=True)
class Grading:
    """One file graded once."""

    file: str
    """starter.py, or the name of a solution."""
    seed: int
    verdict: Verdict
    message: str
    tests: tuple[tuple[int, str, Verdict], ...]
    """Index, name and verdict of each test that ran."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with the challenge; a warning does not keep it from being used."""

    level: Literal["error", "warning"]
    text: str


@dataclass(slots=True)
class FileReport:
    """All gradings of one file."""

    declared: list[str]
    """The verdicts that it must get; none for the starter, which may get any but ACCEPTED."""
    seconds: list[float] = field(default_factory=list)
    verdicts: dict[str, int] = field(default_factory=dict)
    """How often each came out."""
    first: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Of each verdict the first seed that gave it, and the message."""
    tests: dict[int, dict[str, int]] = field(default_factory=dict)
    """Of each test, by its index, how often each verdict came out."""

    @property
    def gradings(self) -> int:
        return len(self.seconds)

    @property
    def is_right(self) -> bool:
        return self.declared == [Verdict.ACCEPTED]

    @property
    def is_wrong(self) -> bool:
        return bool(self.declared) and Verdict.ACCEPTED not in self.declared

    @property
    def says_something(self) -> bool:
        """Whether its failures tell about the tests: a file that cannot even be called fails them all alike."""
        failed = {verdict for counts in self.tests.values() for verdict in counts}
        return len(self.tests) == 1 or len(failed) > 1 or not failed <= _BROKEN

    def take(self, grading: Grading) -> None:
        self.seconds.append(grading.seconds)
        self.verdicts[grading.verdict] = self.verdicts.get(grading.verdict, 0) + 1
        self.first.setdefault(grading.verdict, (grading.seed, grading.message[:_MOST_TOLD]))
        for index, _, verdict in grading.tests:
            counts = self.tests.setdefault(index, {})
            counts[verdict] = counts.get(verdict, 0) + 1

    def problems(self, name: str) -> list[str]:
        """Each verdict that must not have come out."""
        return [self._told(name, verdict) for verdict in self.verdicts if not self._allows(verdict)]

    def _allows(self, verdict: str) -> bool:
        return verdict in self.declared if self.declared else verdict != Verdict.ACCEPTED

    def _told(self, name: str, verdict: str) -> str:
        seed, message = self.first[verdict]
        often = self.verdicts[verdict]
        always = often == self.gradings
        when = "" if always else f" with {often} of {self.gradings} seeds"
        how = f" (seed {seed}: {message})"
        if not self.declared:
            return f"{name} is accepted{when}: the learner would have nothing to do (seed {seed})"
        if verdict == Verdict.ACCEPTED:
            luck = "" if always else ": the tests catch it only by luck"
            return f"{name} is wrong and accepted{when}{luck}; it declares {', '.join(self.declared)} (seed {seed})"
        if self.is_right:
            return f"{name} is right and gets {verdict}{when}{how}"
        return f"{name} gets {verdict}{when}, and declares {', '.join(self.declared)}{how}"


@dataclass(slots=True)
class PackReport:
    """All that is known about one challenge."""

    slug: str
    tests: dict[int, str] = field(default_factory=dict)
    """Their names, by index."""
    files: dict[str, FileReport] = field(default_factory=dict)
    samples: list[str] = field(default_factory=list)
    """What is wrong with the statement's samples."""
    fault: str = ""
    """Why the challenge's tests could not be run at all, if so."""

    @classmethod
    def of(cls, pack: Pack) -> Self:
        """A report on which nothing is graded yet."""
        declared = {name: sorted(map(str, pack.expected(name))) for name in pack.solutions}
        files = {
            name: FileReport(declared[name]) for name in sorted(declared, key=lambda one: (_rank(declared[one]), one))
        }
        return cls(pack.slug, files={**files, STARTER: FileReport([])})

    def take(self, grading: Grading) -> None:
        for index, name, _ in grading.tests:
            self.tests[index] = name
        self.files[grading.file].take(grading)

    def take_samples(self, grading: Grading) -> None:
        """The same of a grading whose tests were the statement's samples."""
        for _, name, verdict in grading.tests:
            if verdict != Verdict.ACCEPTED:
                told = f"{name.rstrip('.')} does not come out with {grading.file}: {verdict}"
                self.samples.append(f"{told} ({grading.message[:_MOST_TOLD]})")

    def problems(self, pack: Pack, *, of_the_course: bool) -> list[Problem]:
        """Everything that is wrong. The course's own challenges are held to more than an instructor's."""
        if self.fault:
            return [Problem("error", f"the challenge's own tests failed to run: {self.fault}")]
        stricter: Literal["error", "warning"] = "error" if of_the_course else "warning"
        found = [Problem("error", text) for name, file in self.files.items() for text in file.problems(name)]
        found += [
            Problem("error", f"{name} declares ACCEPTED and other verdicts: a solution is right or wrong")
            for name, file in self.files.items()
            if Verdict.ACCEPTED in file.declared and not file.is_right
        ]
        wrong = [file for file in self.files.values() if file.is_wrong]
        right = [file for file in self.files.values() if file.is_right]
        if not right:
            found.append(Problem("error", "there is no right solution, so nothing shows that it can be solved"))
        for have, wanted, kind in ((right, RIGHT_WANTED, "right"), (wrong, WRONG_WANTED, "wrong")):
            if len(have) < wanted:
                found.append(
                    Problem(stricter, f"{len(have)} {kind} solutions: write {wanted}, each {kind} in a way of its own")
                )
        for index, name in sorted(self.tests.items()):
            if not any(set(file.tests.get(index, {})) - {Verdict.ACCEPTED} for file in wrong if file.says_something):
                found.append(
                    Problem("error", f"no wrong solution fails the test {name!r}: it may as well not be there")
                )
        found += [Problem("error", text) for text in self.samples]
        if not pack.explanation:
            found.append(Problem(stricter, "there is no explanation.md"))
        return found

    def to_mapping(self) -> dict[str, Any]:
        """As JSON-compatible values; from_mapping is the inverse."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, given: dict[str, Any]) -> Self:
        """Keys that JSON has made text are numbers again."""
        files = {
            name: FileReport(
                declared=file["declared"],
                seconds=file["seconds"],
                verdicts=file["verdicts"],
                first={verdict: (seed, message) for verdict, (seed, message) in file["first"].items()},
                tests={int(index): counts for index, counts in file["tests"].items()},
            )
            for name, file in given["files"].items()
        }
        tests = {int(index): name for index, name in given["tests"].items()}
        return cls(given["slug"], tests, files, given["samples"], given["fault"])

    def rows(self) -> list[dict[str, Any]]:
        """The table of solutions against tests: of each file its name, what it declares, its verdicts and its cells."""
        return [
            {
                "file": name,
                "declared": file.declared,
                "verdicts": dict(Counter(file.verdicts).most_common()),
                "cells": [dict(Counter(file.tests.get(index, {})).most_common()) for index in sorted(self.tests)],
                "right": file.is_right,
                "good": not file.problems(name),
                "gradings": file.gradings,
                "median_seconds": round(median(file.seconds), 2) if file.seconds else None,
                "slowest_seconds": round(max(file.seconds), 2) if file.seconds else None,
            }
            for name, file in self.files.items()
        ]


def _rank(declared: list[str]) -> int:
    return 0 if declared == [Verdict.ACCEPTED] else 1

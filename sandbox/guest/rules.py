"""Whether a program keeps to a challenge's rules (lockstep/rules.py), as far as its source shows it.

Names are followed through imports (`import sys as s`), not through assignments: guard.py sees at run time what is
used in other ways. A name that only looks like a forbidden one, such as the learner's own `self.stack`, is none.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

UNSEEN = "unseen"
"""In a test that explores, code that was made while the program runs, and has no steps in it."""
MEDDLES = "meddles"
"""What a test stands on was replaced, or the scheduler did not do what it has to."""

_BY_TEXT = {"getattr", "setattr", "hasattr", "delattr", "attrgetter", "__getattribute__"}
"""Calls whose constant texts are names of attributes."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the program breaks."""

    kind: str
    """One of lockstep.rules.KINDS, or UNSEEN or MEDDLES."""
    name: str
    """The rule, as the challenge spells it; empty for the last two."""
    line: int
    """Of the program; 0 where it is not known."""

    def to_wire(self) -> dict[str, Any]:
        return {"kind": self.kind, "name": self.name, "line": self.line}


class Rules:
    """The rules of one challenge."""

    def __init__(self, forbid: Mapping[str, Sequence[str]]) -> None:
        self.imports = frozenset(forbid["imports"])
        self.attributes = frozenset(forbid["attributes"])
        self.builtins = frozenset(forbid["builtins"])

    def module(self, name: str) -> str | None:
        """The rule against importing the module of that full name, or None."""
        parts = name.split(".")
        prefixes = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
        return next((each for each in prefixes if each in self.imports), None)

    def attribute(self, owner: str | None, name: str) -> str | None:
        """The rule against an attribute of that name; owner: the full name of the module that it is taken from."""
        full = f"{owner}.{name}"
        if owner is not None and full in self.attributes:
            return full
        return name if name in self.attributes else None


def find(program: str | bytes | ast.AST, rules: Rules) -> Violation | None:
    """The first violation in the order of lines. Raises what ast.parse raises."""
    tree = program if isinstance(program, ast.AST) else ast.parse(program)
    return min(_Finder(tree, rules).find(), key=lambda each: each.line, default=None)


class _Finder:
    def __init__(self, tree: ast.AST, rules: Rules) -> None:
        self._tree = tree
        self._rules = rules
        self._modules: dict[str, str] = {}
        """What a name stands for: `import a.b as c` makes c "a.b"."""
        self._bound: set[str] = set()

    def find(self) -> Iterator[Violation]:
        for node in ast.walk(self._tree):
            self._learn(node)
        for node in ast.walk(self._tree):
            yield from self._of(node)

    def _learn(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names):
                for alias in names:
                    whole = alias.name if alias.asname else alias.name.partition(".")[0]
                    self._modules[alias.asname or whole] = whole
                    self._bound.add(alias.asname or whole)
            case ast.ImportFrom(module, names, 0):
                for alias in names:
                    self._modules[alias.asname or alias.name] = f"{module}.{alias.name}"
                    self._bound.add(alias.asname or alias.name)
            case ast.Name(name, ast.Store()) | ast.arg(name) | ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                self._bound.add(name)
            case ast.ClassDef(name):
                self._bound.add(name)

    def _of(self, node: ast.AST) -> Iterator[Violation]:
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Import(names):
                for alias in names:
                    if rule := self._rules.module(alias.name):
                        yield Violation("imports", rule, line)
            case ast.ImportFrom(str() as module, names, 0):
                for alias in names:
                    yield from self._taken(module, alias.name, line)
            case ast.Attribute(value, name):
                owner = self._full_name(value)
                if rule := self._rules.attribute(owner, name):
                    yield Violation("attributes", rule, line)
                elif owner == "builtins" and name in self._rules.builtins:
                    yield Violation("builtins", name, line)
            case ast.Name(name, ast.Load()) if name not in self._bound:
                if name in self._rules.builtins:
                    yield Violation("builtins", name, line)
                elif name.startswith("__") and name in self._rules.attributes:
                    yield Violation("attributes", name, line)
            case ast.Call(function, [*arguments]) if arguments and _last_name(function) in _BY_TEXT:
                owner = self._full_name(arguments[0])
                found = (self._text(argument, owner) for argument in arguments)
                yield from (Violation("attributes", rule, line) for rule in found if rule)
            case ast.Subscript(_, ast.Constant("__builtins__" as name)) if name in self._rules.attributes:
                yield Violation("attributes", name, line)

    def _taken(self, module: str, name: str, line: int) -> Iterator[Violation]:
        if rule := self._rules.module(module) or self._rules.module(f"{module}.{name}"):
            yield Violation("imports", rule, line)
        elif rule := self._rules.attribute(module, name):
            yield Violation("attributes", rule, line)

    def _text(self, argument: ast.AST, owner: str | None) -> str | None:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return self._rules.attribute(owner, argument.value)
        return None

    def _full_name(self, node: ast.AST) -> str | None:
        match node:
            case ast.Name(name):
                return self._modules.get(name)
            case ast.Attribute(value, name):
                owner = self._full_name(value)
                return None if owner is None else f"{owner}.{name}"
        return None


def _last_name(function: ast.AST) -> str | None:
    match function:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return None

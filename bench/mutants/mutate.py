"""Mutants of a program: each is the program with one mistake that is typical for concurrent code.

Written for the course's own solutions, which this Python can parse; nothing here sees a learner's program.
"""

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

_SENTINELS = ("stop", "sentinel", "done", "end", "none")
_LEFT_OUT = {
    "acquire": "acquire dropped",
    "release": "release dropped",
    "join": "join dropped",
    "wait": "wait dropped",
    "notify": "notify dropped",
    "notify_all": "notify dropped",
    "set": "notify dropped",
    "task_done": "task_done dropped",
}
_Block = list[ast.stmt]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One of them."""

    kind: str
    line: int
    """Of the original program."""
    source: str


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a program that is another program and that Python can read, in the order of its lines."""
    tree = ast.parse(source)
    before = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for number, node in enumerate(ast.walk(tree)):
        for kind in _kinds(node):
            changed = deepcopy(tree)
            target = next(each for at, each in enumerate(ast.walk(changed)) if at == number)
            if not _change(changed, target, kind):
                continue
            text = ast.unparse(ast.fix_missing_locations(changed))
            if text == before or text in found or not _readable(text):
                continue
            found[text] = Mutant(kind, getattr(node, "lineno", 0), f"{text}\n")
    return sorted(found.values(), key=lambda mutant: (mutant.line, mutant.kind))


def _readable(text: str) -> bool:
    try:
        compile(text, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _kinds(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.With(items=items) | ast.AsyncWith(items=items):
            if all(isinstance(item.context_expr, ast.Name | ast.Attribute | ast.Subscript) for item in items):
                yield from ("lock removed", "last statement moved out", "first statement moved out")
            yield "locks swapped"
        case ast.While(test=ast.Constant()):
            return
        case ast.While():
            yield "while made if"
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name), args=given)):
            if name in _LEFT_OUT:
                yield _LEFT_OUT[name]
            if name == "notify_all":
                yield "notify_all made notify"
            if name in ("put", "put_nowait", "send") and given and _is_sentinel(given[0]):
                yield "sentinel dropped"
        case ast.Await():
            yield "await dropped"


def _is_sentinel(value: ast.expr) -> bool:
    word = ast.unparse(value).lower().strip("_")
    return any(word.endswith(each) for each in _SENTINELS)


def _change(tree: ast.AST, node: ast.AST, kind: str) -> bool:
    """Changes the tree; says whether it could."""
    match kind, node:
        case "lock removed", ast.With(body=body) | ast.AsyncWith(body=body):
            return _replace(tree, node, body)
        case "last statement moved out", ast.With(body=[*_, _, last]) | ast.AsyncWith(body=[*_, _, last]):
            node.body = node.body[:-1]
            return _replace(tree, node, [node, last])
        case "first statement moved out", ast.With(body=[first, _, *_]) | ast.AsyncWith(body=[first, _, *_]):
            node.body = node.body[1:]
            return _replace(tree, node, [first, node])
        case "locks swapped", ast.With(items=[_, _, *_]) | ast.AsyncWith(items=[_, _, *_]):
            node.items = node.items[::-1]
            return True
        case "locks swapped", ast.With(items=[_], body=[ast.With(items=[_]) as inner]):
            node.items, inner.items = inner.items, node.items
            return True
        case "while made if", ast.While():
            return _replace(tree, node, [ast.If(node.test, node.body, node.orelse)])
        case "notify_all made notify", ast.Expr(value=ast.Call(func=ast.Attribute() as function)):
            function.attr = "notify"
            return True
        case "await dropped", ast.Await(value=value):
            return _replace_expression(tree, node, value)
        case _, ast.Expr():
            return _replace(tree, node, [ast.Pass()])
    return False


def _replace(tree: ast.AST, node: ast.AST, by: _Block) -> bool:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if isinstance(value, list) and any(each is node for each in value):
                at = next(index for index, each in enumerate(value) if each is node)
                setattr(parent, name, [*value[:at], *by, *value[at + 1 :]])
                return True
    return False


def _replace_expression(tree: ast.AST, node: ast.AST, by: ast.expr) -> bool:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is node:
                setattr(parent, name, by)
                return True
            if isinstance(value, list) and any(each is node for each in value):
                setattr(parent, name, [by if each is node else each for each in value])
                return True
    return False

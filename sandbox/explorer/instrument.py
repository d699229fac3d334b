"""Puts hooks into the learner's code: an AST rewriting that keeps line numbers, columns and evaluation order.

The reads and writes themselves stay the program's own (`hook(obj).attr`, never a `getattr` of ours), so that
properties, descriptors, name mangling and tracebacks are those of a plain run. A hook gets the object and the number of
its site.

    x.a            ->  _r(x, s).a                 one step before the read
    x.a = v        ->  _s(x, s).a = v             one step after v is computed, before the store
    x.a += v       ->  _h(x, s).a += _l(v, t)     one step before the read, one between read and store
    x[k] = v       ->  _h(x)[_l(k, s)] = v        where computing k has steps of its own; else _s(x, s)[k]
    g              ->  _g(s) or g                 a global or closure variable that is assigned more than once
    g = v          ->  g = _w(v, s)
    xs.append(v)   ->  _h(xs).append(_l(v, s))    mutable built-in containers; one step before the call
    if xs:         ->  if _r(xs, s):              asking whether a container is empty is reading it
    a, *b = xs     ->  a, *b = _r(xs, s)          so is unpacking it, into names or arguments
    del g          ->  _w(None, s); del g         also with ... as g and for g in ...: a step beside it
    while t:       ->  while _loop() or t:        no step; finds loops that get nowhere
    for x in xs:   ->  for x in _i(xs, s): _n(s)  one step a turn
    yield v        ->  _y((yield v), s)           a generator that two threads resume goes on; also at its beginning

A hook has no name that the program could give to something else: it is a constant of the code, which cannot change.

What is not touched: annotations, patterns, names of imports, functions and classes, local variables.
"""

import ast
import os
import symtable
import types
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

READ, WRITE = False, True

ITEMS = "[]"
"""The key of what is inside a container."""

MUTATORS = frozenset(
    (
        "append", "appendleft", "extend", "extendleft", "insert", "pop", "popleft", "popitem", "remove", "discard",
        "add", "clear", "update", "setdefault", "sort", "reverse", "rotate", "difference_update", "intersection_update",
        "symmetric_difference_update", "subtract", "move_to_end", "__setitem__", "__delitem__",
        "write", "writelines", "truncate", "seek",
    )
)  # fmt: skip

CONSUMERS = frozenset(
    (
        "len", "list", "tuple", "set", "frozenset", "sorted", "sum", "min", "max", "any", "all", "dict", "enumerate",
        "reversed", "zip", "bool", "str", "repr",
    )
)  # fmt: skip
"""Built-in functions that read a container in one step."""

DYNAMIC = "attributes"
"""The key of an attribute whose name is computed."""

# What functions of the standard library do to their first argument: whether they write it.
_LIBRARY = {
    **dict.fromkeys(("heapq.heappush", "heapq.heappop", "heapq.heapify", "heapq.heapreplace"), True),
    **dict.fromkeys(("heapq.heappushpop", "random.shuffle"), True),
    **dict.fromkeys(("bisect.insort", "bisect.insort_left", "bisect.insort_right"), True),
    **dict.fromkeys(("bisect.bisect", "bisect.bisect_left", "bisect.bisect_right"), False),
    **dict.fromkeys(("copy.copy", "copy.deepcopy", "random.choice", "random.sample", "json.dumps"), False),
}

_LAZY = frozenset(("enumerate", "reversed", "zip", "iter"))

_SECRET = os.urandom(16).hex()
HOOK = {name: f"{_SECRET} {name}" for name in ("r", "s", "h", "l", "k", "g", "w", "loop", "i", "n", "y", "Abort")}
"""What stands for each hook among the constants of compiled code until bind() puts the hook there."""


def compiled(tree: ast.Module, filename: str) -> types.CodeType:
    """A rewritten module as code, for bind()."""
    with warnings.catch_warnings():
        # That constants are called is our doing; whatever else there is to warn of is in the source too.
        warnings.simplefilter("ignore", SyntaxWarning)
        return compile(tree, filename, "exec", dont_inherit=True)


def bind(code: types.CodeType, hooks: Mapping[str, Any]) -> types.CodeType:
    """Compiled code of a rewritten module, in which the hooks are called: a name of HOOK for each."""

    def constant(each: Any) -> Any:
        if isinstance(each, types.CodeType):
            return bind(each, hooks)
        return hooks.get(each, each) if type(each) is str else each

    return code.replace(co_consts=tuple(constant(each) for each in code.co_consts))


@dataclass(frozen=True, slots=True)
class Site:
    """One place in the program that reads or writes something that could be shared."""

    number: int
    line: int
    key: str
    """What of the object: an attribute's name, "[]", or the name of a variable."""
    write: bool
    text: str
    """The expression as the learner wrote it: `self.value`."""
    kind: str
    """attr, attrs (one whose name is computed), item, call, iter, next, consume, global, closure or resume."""
    file: str
    function: str
    partner: int
    """The site that holds the object of an augmented assignment's write; else the site itself."""


class Instrumenter(ast.NodeTransformer):
    """Rewrites one module."""

    def __init__(self, source: str, filename: str, first_site: int, tracing: bool) -> None:
        self.filename = filename
        self._lines = [line.encode() for line in source.split("\n")]
        self.tracing = tracing
        self.sites: list[Site] = []
        self._first = first_site
        self._imported: set[str] = set()
        self._library: dict[str, bool] = {}
        self._functions: list[tuple[str, bool, int]] = []
        """Name, whether it is a coroutine or an asynchronous generator, and first line as its code has it."""
        self._classes: list[str] = []
        self._scopes = _Scopes(symtable.symtable(source, filename, "exec"))

    def rewrite(self, tree: ast.Module) -> ast.Module:
        self._imported = _imported_names(tree)
        self._library = _library_names(tree, self._imported)
        self._scopes.count_bindings(tree)
        self._scopes.enter_module()
        tree.body = self._block(tree.body)
        ast.fix_missing_locations(tree)
        return tree

    # Helpers

    def _site(  # noqa: PLR0917
        self, node: ast.AST, key: str, write: bool, text: str, kind: str, partner: int = -1
    ) -> int:
        number = self._first + len(self.sites)
        function = self._functions[-1][0] if self._functions else "<module>"
        line = getattr(node, "lineno", 0)
        partner = number if partner < 0 else partner
        self.sites.append(Site(number, line, key, write, text[:80], kind, self.filename, function, partner))
        return number

    def _call(self, hook: str, at: ast.AST, *args: Any) -> ast.Call:
        nodes = [arg if isinstance(arg, ast.expr) else ast.copy_location(ast.Constant(arg), at) for arg in args]
        return ast.copy_location(ast.Call(_hook(hook, at), nodes, []), at)

    def _mangled(self, name: str) -> str:
        """What a private attribute is really called."""
        if not self._classes or not name.startswith("__") or name.endswith("__"):
            return name
        return f"_{self._classes[-1].lstrip('_')}{name}" if self._classes[-1].strip("_") else name

    def _text(self, node: ast.expr) -> str:
        """The expression as the learner wrote it. (ast.get_source_segment splits the whole source each time.)"""
        if node.lineno == node.end_lineno and node.lineno <= len(self._lines):
            found = self._lines[node.lineno - 1][node.col_offset : node.end_col_offset]
            if found:
                return found.decode("utf-8", "replace")
        return ast.unparse(node)

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        result: list[ast.stmt] = []
        for statement in body:
            new = self.visit(statement)
            if isinstance(new, list):
                result.extend(new)
            elif new is not None:
                result.append(new)
        return result

    def _is_simple(self, node: ast.expr) -> bool:
        """Whether computing it has no step: constants and names that no two threads share."""
        if isinstance(node, ast.Name):
            return self._scopes.shared_kind(node.id) is None
        if isinstance(node, ast.Constant | ast.Lambda):
            return True
        if isinstance(node, ast.UnaryOp):
            return self._is_simple(node.operand)
        if isinstance(node, ast.Tuple | ast.List):
            return all(self._is_simple(each) for each in node.elts)
        if isinstance(node, ast.BinOp):
            return self._is_simple(node.left) and self._is_simple(node.right)
        if isinstance(node, ast.JoinedStr):
            return all(self._is_simple(each.value) for each in node.values if isinstance(each, ast.FormattedValue))
        return False

    def _is_module(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self._imported

    # Expressions

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if self._is_module(node.value) or _is_super(node.value):
            return node
        write = not isinstance(node.ctx, ast.Load)
        text = self._text(node)
        site = self._site(node, self._mangled(node.attr), write, text, "attr")
        node.value = self._call("s" if write else "r", node.value, self.visit(node.value), site)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        write = not isinstance(node.ctx, ast.Load)
        text = self._text(node)
        at = node.value
        sliced = isinstance(node.slice, ast.Slice)
        simple = sliced or (not self.tracing and self._is_simple(node.slice))
        value = self.visit(node.value)
        key_at = node.slice
        key = self.visit(node.slice)
        site = self._site(node, ITEMS, write, text, "item")
        if simple:
            node.slice = key
            node.value = self._call("s" if write else "r", at, value, site)
        else:
            node.value = self._call("h", at, value, site, False)
            node.slice = self._call("l", key_at, key, site)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if not isinstance(node.ctx, ast.Load):
            return node
        kind = self._scopes.shared_kind(node.id)
        if kind is None:
            return node
        site = self._variable_site(node, node.id, READ, kind)
        return ast.copy_location(
            ast.BoolOp(ast.Or(), [self._call("g", node, site, *self._cell(node, kind)), node]), node
        )

    def _cell(self, node: ast.Name, kind: str) -> list[ast.expr]:
        """While tracing, a function whose closure is the variable's cell, which is its identity."""
        if not self.tracing or kind != "closure":
            return []
        nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        return [ast.copy_location(ast.Lambda(nothing, ast.copy_location(ast.Name(node.id, ast.Load()), node)), node)]

    def _variable_site(self, node: ast.AST, name: str, write: bool, kind: str) -> int:
        key = f"global {name}" if kind == "global" else f"closure {self._scopes.owner(name)}.{name}"
        return self._site(node, key, write, name, kind)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        function = node.func
        if (
            isinstance(function, ast.Attribute)
            and not self._is_module(function.value)
            and not _is_super(function.value)
        ):
            return self._method_call(node, function)
        first = node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None
        if first is not None and isinstance(function, ast.Name) and self._scopes.is_builtin(function.id):
            if function.id in CONSUMERS:
                return self._call_on(node, first, READ, "consume")
            if function.id == "next":
                return self._call_on(node, first, WRITE, "next")
            if function.id in ("getattr", "hasattr", "setattr", "delattr") and len(node.args) > 1:
                return self._attribute_by_name(node, first, function.id in ("setattr", "delattr"))
        elif first is not None and isinstance(function, ast.Name | ast.Attribute):
            write = self._library.get(ast.unparse(function))
            if write is not None:
                return self._call_on(node, first, write, "call" if write else "consume")
        node.func = self.visit(function)
        return self._visit_arguments(node)

    def _call_on(self, node: ast.Call, first: ast.expr, write: bool, kind: str) -> ast.expr:
        """A call of a function that reads or writes what is inside its first argument."""
        text = self._text(first)
        shared = self._gives_container(first)
        node = self._visit_arguments(node)
        if shared:
            self._step_before_call(node, first, self._site(first, ITEMS, write, text, kind))
        return node

    def _attribute_by_name(self, node: ast.Call, first: ast.expr, write: bool) -> ast.expr:
        """getattr and its kin."""
        name = node.args[1].value if isinstance(node.args[1], ast.Constant) else None
        key, kind, text = DYNAMIC, "attrs", self._text(node)
        if isinstance(name, str):
            key, kind, text = name, "attr", f"{self._text(first)}.{name}"
        node = self._visit_arguments(node)
        if _may_be_container(first) and not self._is_module(first):
            site = self._site(first, key, write, text, kind)
            self._step_before_call(node, first, site)
        return node

    def _step_before_call(self, node: ast.Call, first: ast.expr, site: int) -> None:
        """A step on the first argument, after the others were computed."""
        last = node.args[-1]
        if len(node.args) == 1 or isinstance(last, ast.Starred) or all(map(self._is_simple, node.args[1:])):
            node.args[0] = self._call("s" if self.sites[-1].write else "r", first, node.args[0], site)
        else:
            node.args[0] = self._call("h", first, node.args[0], site, False)
            node.args[-1] = self._call("l", last, last, site)

    def _visit_arguments(self, node: ast.Call) -> ast.Call:
        node.args = [self.visit(arg) for arg in node.args]
        for keyword in node.keywords:
            keyword.value = (self._read_inside if keyword.arg is None else self.visit)(keyword.value)
        return node

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        node.value = (self._read_inside if isinstance(node.ctx, ast.Load) else self.visit)(node.value)
        return node

    def _method_call(self, node: ast.Call, function: ast.Attribute) -> ast.expr:
        name = function.attr
        write = name in MUTATORS
        text = self._text(function)
        at = function.value
        simple = all(self._is_simple(arg) for arg in node.args) and all(
            self._is_simple(word.value) for word in node.keywords
        )
        value = self.visit(function.value)
        node = self._visit_arguments(node)
        site = self._site(function, ITEMS, write, text, "call")
        if simple:
            function.value = self._call("s" if write else "r", at, value, site)
            return node
        function.value = self._call("h", at, value, site, False)
        if node.keywords:
            last = node.keywords[-1]
            last.value = self._call("l", last.value, last.value, site)
        else:
            arg = node.args[-1]
            if isinstance(arg, ast.Starred):
                arg.value = self._call("l", arg.value, arg.value, site)
            else:
                node.args[-1] = self._call("l", arg, arg, site)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        originals = [node.left, *node.comparators]
        texts = [self._text(each) if _may_be_container(each) else "" for each in originals]
        self.generic_visit(node)
        operands = [node.left, *node.comparators]
        for index, operator in enumerate(node.ops, start=1):
            read = []
            if isinstance(operator, ast.In | ast.NotIn):
                read = [index]
            elif isinstance(operator, ast.Eq | ast.NotEq):
                pair = (index - 1, index)
                read = [at for at, other in (pair, pair[::-1]) if _is_display(originals[other])]
            for at in read:
                if texts[at]:
                    site = self._site(originals[at], ITEMS, READ, texts[at], "consume")
                    operands[at] = self._call("r", originals[at], operands[at], site)
        node.left, *node.comparators = operands
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        node.values = [*map(self._tested, node.values[:-1]), self.visit(node.values[-1])]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        node.operand = (self._tested if isinstance(node.op, ast.Not) else self.visit)(node.operand)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        node.test = self._tested(node.test)
        node.body = self.visit(node.body)
        node.orelse = self.visit(node.orelse)
        return node

    def _tested(self, node: ast.expr) -> ast.expr:
        """An expression that is asked for its truth, which for a container reads what is inside."""
        if isinstance(node, ast.BoolOp):
            node.values = [self._tested(each) for each in node.values]
            return node
        return self._read_inside(node)

    def _read_inside(self, node: ast.expr) -> ast.expr:
        """An expression; if its value is a container, what is inside is read at once."""
        if not self._gives_container(node):
            return self.visit(node)  # type: ignore[no-any-return]
        text = self._text(node)
        value = self.visit(node)
        return self._call("r", node, value, self._site(node, ITEMS, READ, text, "consume"))

    def visit_Yield(self, node: ast.Yield) -> ast.expr:
        if node.value is not None:
            node.value = self.visit(node.value)
        return self._call("y", node, node, self._resume_site(node))

    def _resume_site(self, at: ast.AST) -> int:
        function, first_line = self._functions[-1][0], self._functions[-1][2]
        return self._site(at, f"generator {first_line}", WRITE, f"{function}()", "resume")

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        node.value = self._stored_value(node.value, self.visit(node.value), [node.target])
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        self._visit_defaults(node.args)
        with self._scopes.inside(node):
            self._functions.append(("<lambda>", False, node.lineno))
            node.body = self.visit(node.body)
            self._functions.pop()
        return node

    def _comprehension(self, node: Any) -> ast.expr:
        # The first iterable is evaluated in the enclosing scope.
        body_hooks: list[ast.expr] = []
        first = node.generators[0]
        first.iter, hooks = self._iterated(first.iter)
        body_hooks += hooks
        with self._scopes.inside(node):
            for index, generator in enumerate(node.generators):
                if index:
                    generator.iter, hooks = self._iterated(generator.iter)
                    body_hooks += hooks
                generator.target = self.visit(generator.target)
                generator.ifs = [self._tested(test) for test in generator.ifs]
            field = "key" if isinstance(node, ast.DictComp) else "elt"
            if isinstance(node, ast.DictComp):
                node.value = self.visit(node.value)
            element = self.visit(getattr(node, field))
            if body_hooks:
                element = ast.copy_location(ast.BoolOp(ast.Or(), [*body_hooks, element]), element)
            setattr(node, field, element)
        return node  # type: ignore[no-any-return]

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension  # noqa: N815

    def _iterated(self, iterable: ast.expr) -> tuple[ast.expr, list[ast.expr]]:
        """The iterable of a loop with its hooks, and the hooks of the loop's body."""
        if (
            isinstance(iterable, ast.Call)
            and isinstance(iterable.func, ast.Name)
            and iterable.func.id in _LAZY
            and self._scopes.is_builtin(iterable.func.id)
        ):
            walked = len(iterable.args) if iterable.func.id == "zip" else 1
            pairs = [self._iterated(each) for each in iterable.args[:walked]]
            rest = [self.visit(each) for each in iterable.args[walked:]]
            iterable.args = [*(each for each, _ in pairs), *rest]
            for keyword in iterable.keywords:
                keyword.value = self.visit(keyword.value)
            return iterable, [hook for _, hooks in pairs for hook in hooks]
        view: Any = None
        inner = iterable
        if (
            isinstance(inner, ast.Call)
            and isinstance(inner.func, ast.Attribute)
            and inner.func.attr in ("items", "keys", "values")
            and not inner.args
        ):
            view, inner = inner.func, inner.func.value
        if not self._gives_container(inner):
            return self.visit(iterable), []
        text = self._text(inner)
        site = self._site(iterable, ITEMS, READ, text, "iter")
        new = self._call("i", inner, self.visit(inner), site)
        hook = self._call("n", iterable, site)
        if view is None:
            return new, [hook]
        view.value = new
        return iterable, [hook]

    def _gives_container(self, node: ast.expr) -> bool:
        """Whether the value could be a container that somebody else has too."""
        if isinstance(node, ast.Call):
            function = node.func
            return not (isinstance(function, ast.Name) and self._scopes.is_builtin(function.id))
        return _may_be_container(node) and not self._is_module(node)

    # Statements

    def visit_For(self, node: ast.For | ast.AsyncFor) -> Any:
        hooks: list[ast.expr] = []
        if isinstance(node, ast.For):
            node.iter, hooks = self._iterated(node.iter)
        else:
            node.iter = self.visit(node.iter)
        node.target = self.visit(node.target)
        body = self._block(node.body)
        # What the loop assigns others can see: steps just after that, and before it does so again.
        node.body = [*self._bound(node.target), *body, *self._bound(node.target)]
        node.body[:0] = [ast.copy_location(ast.Expr(hook), node.iter) for hook in hooks]
        node.orelse = self._block(node.orelse)
        return node

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_With(self, node: ast.With | ast.AsyncWith) -> Any:
        targets = []
        for item in node.items:
            item.context_expr = self.visit(item.context_expr)
            if item.optional_vars is not None:
                item.optional_vars = self.visit(item.optional_vars)
                targets.append(item.optional_vars)
        body = self._block(node.body)
        node.body = [*(step for target in targets for step in self._bound(target)), *body]
        return node

    visit_AsyncWith = visit_With  # noqa: N815

    def visit_Delete(self, node: ast.Delete) -> Any:
        before = [step for target in node.targets for step in self._bound(target)]
        node.targets = [self.visit(target) for target in node.targets]
        return [*before, node]

    def _bound(self, target: ast.expr) -> list[ast.stmt]:
        """Steps for the shared variables that a statement binds or unbinds, to stand beside it."""
        nothing = ast.copy_location(ast.Constant(None), target)
        stored = self._stored_value(target, nothing, [target])
        return [] if stored is nothing else [ast.copy_location(ast.Expr(stored), target)]

    def visit_While(self, node: ast.While) -> Any:
        gives_way = self._functions and self._functions[-1][1] and _awaits(node)
        node.test = self._tested(node.test)
        if not gives_way:
            turn = self._call("loop", node.test)
            node.test = ast.copy_location(ast.BoolOp(ast.Or(), [turn, node.test]), node.test)
        node.body = self._block(node.body)
        node.orelse = self._block(node.orelse)
        return node

    def visit_If(self, node: ast.If) -> Any:
        node.test = self._tested(node.test)
        node.body = self._block(node.body)
        node.orelse = self._block(node.orelse)
        return node

    def visit_Assert(self, node: ast.Assert) -> Any:
        node.test = self._tested(node.test)
        if node.msg is not None:
            node.msg = self.visit(node.msg)
        return node

    def visit_Try(self, node: Any) -> Any:
        # Handlers that would swallow the end of an execution let it through.
        if any(handler.type is None or _catches_all(handler.type) for handler in node.handlers):
            first = node.handlers[0]
            abort = _hook("Abort", first)
            if isinstance(node, ast.Try):
                body: list[ast.stmt] = [ast.copy_location(ast.Raise(), first)]
                node.handlers.insert(0, ast.copy_location(ast.ExceptHandler(abort, None, body), first))
        node.body = self._block(node.body)
        for handler in node.handlers:
            if handler.type is not None and not (
                isinstance(handler.type, ast.Constant) and handler.type.value == HOOK["Abort"]
            ):
                handler.type = self.visit(handler.type)
            handler.body = self._block(handler.body)
        node.orelse = self._block(node.orelse)
        node.finalbody = self._block(node.finalbody)
        return node

    visit_TryStar = visit_Try  # noqa: N815

    def _stored_value(self, at: ast.expr, value: ast.expr, targets: list[ast.expr]) -> ast.expr:
        """The value of an assignment, with a step before it goes into a shared variable."""
        for target in targets:
            for name in _target_names(target):
                kind = self._scopes.shared_kind(name)
                if kind is not None:
                    site = self._variable_site(target, name, WRITE, kind)
                    cell = self._cell(ast.copy_location(ast.Name(name, ast.Load()), at), kind)
                    value = self._call("w", at, value, site, *cell)
        return value

    def visit_Assign(self, node: ast.Assign) -> Any:
        unpacked = any(isinstance(target, ast.Tuple | ast.List) for target in node.targets)
        value = (self._read_inside if unpacked else self.visit)(node.value)
        node.value = self._stored_value(node.value, value, node.targets)
        node.targets = [self.visit(target) for target in node.targets]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is not None:
            value = self.visit(node.value)
            node.value = self._stored_value(node.value, value, [node.target])
            node.target = self.visit(node.target)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        target = node.target
        text = self._text(target)
        at = node.value
        if isinstance(target, ast.Name):
            kind = self._scopes.shared_kind(target.id)
            if kind is None:
                in_place = _is_display(node.value)
                node.value = self.visit(node.value)
                if not in_place:
                    return node
                site = self._site(target, ITEMS, WRITE, text, "call")
                name = ast.copy_location(ast.Name(target.id, ast.Load()), target)
                return [ast.copy_location(ast.Expr(self._call("s", target, name, site)), node), node]
            read = self._variable_site(target, target.id, READ, kind)
            value = self.visit(node.value)
            write = self._variable_site(target, target.id, WRITE, kind)
            cell = self._cell(target, kind)
            node.value = self._call("w", at, value, write, *cell)
            return [ast.copy_location(ast.Expr(self._call("g", target, read, *self._cell(target, kind))), node), node]
        if isinstance(target, ast.Attribute):
            if self._is_module(target.value):
                node.value = self.visit(node.value)
                return node
            read = self._site(target, self._mangled(target.attr), READ, text, "attr")
            target.value = self._call("h", target.value, self.visit(target.value), read, True)
            value = self.visit(node.value)
            write = self._site(target, self._mangled(target.attr), WRITE, text, "attr", read)
            node.value = self._call("l", at, value, write)
            return node
        key_at = target.slice
        container = self.visit(target.value)
        if (not self.tracing and self._is_simple(target.slice)) or isinstance(target.slice, ast.Slice):
            if isinstance(target.slice, ast.Slice):
                target.slice = self.visit(target.slice)
            read = self._site(target, ITEMS, READ, text, "item")
            target.value = self._call("h", target.value, container, read, True)
        else:
            key = self.visit(target.slice)
            read = self._site(target, ITEMS, READ, text, "item")
            target.value = self._call("h", target.value, container, read, False)
            target.slice = self._call("k", key_at, key, read)
        value = self.visit(node.value)
        write = self._site(target, ITEMS, WRITE, text, "item", read)
        node.value = self._call("l", at, value, write)
        return node

    def visit_FunctionDef(self, node: Any) -> Any:
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        self._visit_defaults(node.args)
        with self._scopes.inside(node):
            first_line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            self._functions.append((node.name, isinstance(node, ast.AsyncFunctionDef), first_line))
            is_generator = _yields(node) and not isinstance(node, ast.AsyncFunctionDef)
            node.body = self._block(node.body)
            if is_generator:
                at = node.body[0]
                begins = self._call("y", at, None, self._resume_site(at))
                node.body.insert(1 if _is_docstring(at) else 0, ast.copy_location(ast.Expr(begins), at))
            self._functions.pop()
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def _visit_defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self.visit(default) for default in arguments.defaults]
        arguments.kw_defaults = [None if each is None else self.visit(each) for each in arguments.kw_defaults]

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        node.bases = [self.visit(base) for base in node.bases]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        self._classes.append(node.name)
        with self._scopes.inside(node):
            node.body = self._block(node.body)
        self._classes.pop()
        return node

    def visit_Match(self, node: ast.Match) -> Any:
        node.subject = self.visit(node.subject)
        for case in node.cases:
            if case.guard is not None:
                case.guard = self._tested(case.guard)
            case.body = self._block(case.body)
        return node

    def visit_TypeAlias(self, node: Any) -> Any:
        return node


_Children = tuple[dict[str, list[symtable.SymbolTable]], list[symtable.SymbolTable]]


class _Scopes:
    """Which names mean variables that several threads could write."""

    def __init__(self, table: symtable.SymbolTable) -> None:
        self._top = table
        self._stack: list[symtable.SymbolTable] = []
        self._waiting: dict[int, _Children] = {}
        self._global_plain: set[str] = set()
        self._rebound: dict[tuple[int, str], bool] = {}
        self._nodes: dict[int, ast.AST] = {}

    def count_bindings(self, tree: ast.Module) -> None:
        """Global names that are bound by assignment somewhere, not only by def, class and import."""
        counts: dict[str, int] = {}
        for node in _module_level(tree):
            for name in _bound_by_assignment(node):
                counts[name] = counts.get(name, 0) + 1
        declared = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
        self._global_plain = set(counts) | declared

    def enter_module(self) -> None:
        self._stack = [self._top]

    def inside(self, node: ast.AST) -> "_Inside":
        return _Inside(self, node)

    def push(self, node: ast.AST) -> bool:
        """Enter the table of a function, class, lambda or comprehension. False: it has none (an inlined one)."""
        name, kind = _table_of(node)
        waiting, generic = self._children(self._stack[-1])
        line = getattr(node, "lineno", 0)
        group = waiting.get(name, [])
        for index, child in enumerate(group):
            if kind == "class" or child.get_lineno() == line or _decorated(node, child.get_lineno()):
                del group[index]
                self._enter(child, node)
                return True
        for child in generic:
            for grandchild in child.get_children():
                if grandchild.get_id() not in self._nodes and grandchild.get_name() == name:
                    self._enter(grandchild, node)
                    return True
        return False

    def _enter(self, table: symtable.SymbolTable, node: ast.AST) -> None:
        self._nodes[table.get_id()] = node
        self._stack.append(table)

    def _children(self, parent: symtable.SymbolTable) -> _Children:
        """Those not yet entered by name, and those that hold type parameters (3.12 puts these between)."""
        found = self._waiting.get(parent.get_id())
        if found is None:
            found = self._waiting[parent.get_id()] = {}, []
            for child in parent.get_children():
                kind = str(child.get_type())
                if kind in ("function", "class"):
                    found[0].setdefault(child.get_name(), []).append(child)
                elif kind.endswith("type parameters") or "TYPE" in kind:
                    found[1].append(child)
        return found

    def pop(self) -> None:
        self._stack.pop()

    def _symbol(self, name: str) -> symtable.Symbol | None:
        try:
            return self._stack[-1].lookup(name)
        except KeyError:
            return None

    def is_builtin(self, name: str) -> bool:
        symbol = self._symbol(name)
        if symbol is None:
            return True
        if self._stack[-1] is self._top:
            return not symbol.is_assigned() and not symbol.is_imported()
        if not symbol.is_global():
            return False
        try:
            top = self._top.lookup(name)
        except KeyError:
            return True
        return not top.is_assigned() and not top.is_imported()

    def shared_kind(self, name: str) -> str | None:
        """`global` or `closure` when the name, seen from here, is a variable that threads could share."""
        if name.startswith("__"):
            return None
        table = self._stack[-1]
        symbol = self._symbol(name)
        if table is self._top:
            return "global" if name in self._global_plain else None
        if symbol is None:
            return None
        if symbol.is_global():
            return "global" if name in self._global_plain else None
        if symbol.is_free() or (symbol.is_local() and self._is_cell(table, name)):
            return "closure" if self._written_more_than_once(name) else None
        return None

    def _is_cell(self, table: symtable.SymbolTable, name: str) -> bool:
        if table.get_type() == "class":
            return False
        return any(_has_free(child, name) for child in table.get_children())

    def owner(self, name: str) -> str:
        return self._owner_table(name).get_name()

    def _owner_table(self, name: str) -> symtable.SymbolTable:
        for table in reversed(self._stack):
            try:
                symbol = table.lookup(name)
            except KeyError:
                continue
            if symbol.is_local() and table.get_type() != "class":
                return table
        return self._stack[-1]

    def _written_more_than_once(self, name: str) -> bool:
        """A cell that is bound once and then only read cannot race."""
        owner = self._owner_table(name)
        key = (owner.get_id(), name)
        if key not in self._rebound:
            node = self._nodes.get(owner.get_id())
            self._rebound[key] = any(_declares_nonlocal(child, name) for child in owner.get_children()) or (
                node is not None and _is_rebound(node, name, _first_user(owner, name))
            )
        return self._rebound[key]


class _Inside:
    def __init__(self, scopes: _Scopes, node: ast.AST) -> None:
        self._scopes = scopes
        self._node = node
        self._pushed = False

    def __enter__(self) -> None:
        self._pushed = self._scopes.push(self._node)

    def __exit__(self, *_: object) -> None:
        if self._pushed:
            self._scopes.pop()


def _hook(name: str, at: ast.AST) -> ast.expr:
    return ast.copy_location(ast.Constant(HOOK[name]), at)


def _has_free(table: symtable.SymbolTable, name: str) -> bool:
    try:
        if table.lookup(name).is_free():
            return True
    except KeyError:
        pass
    return False


def _declares_nonlocal(table: symtable.SymbolTable, name: str) -> bool:
    try:
        symbol = table.lookup(name)
    except KeyError:
        symbol = None
    if symbol is not None:
        if symbol.is_free() and symbol.is_assigned():
            return True
        if symbol.is_local():
            return False
    return any(_declares_nonlocal(child, name) for child in table.get_children())


def _first_user(owner: symtable.SymbolTable, name: str) -> int:
    """The line of the first function in a function that reads one of its variables."""
    return min((child.get_lineno() for child in owner.get_children() if _has_free(child, name)), default=0)


def _is_rebound(scope: ast.AST, name: str, used_from: int) -> bool:
    """Whether a function changes one of its own names while others may read it.

    That is: binds it a second time, in a loop, after the line from which another function may read it, or unbinds it.
    """
    arguments = getattr(scope, "args", None)
    count = int(any(isinstance(node, ast.arg) and node.arg == name for node in ast.walk(arguments))) if arguments else 0
    waiting = [(child, False) for child in ast.iter_child_nodes(scope)]
    while waiting:
        node, looped = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        looped = looped or isinstance(node, ast.For | ast.AsyncFor | ast.While | ast.AugAssign)
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            changes = looped or isinstance(node.ctx, ast.Del) or node.lineno > used_from
            count += 2 if changes else 1
        waiting += [(child, looped) for child in ast.iter_child_nodes(node)]
    return count > 1


def _table_of(node: ast.AST) -> tuple[str, str]:
    if isinstance(node, ast.ClassDef):
        return node.name, "class"
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name, "function"
    return {
        ast.Lambda: ("lambda", "function"),
        ast.ListComp: ("listcomp", "function"),
        ast.SetComp: ("setcomp", "function"),
        ast.DictComp: ("dictcomp", "function"),
        ast.GeneratorExp: ("genexpr", "function"),
    }[type(node)]


def _decorated(node: ast.AST, line: int) -> bool:
    return any(decorator.lineno == line for decorator in getattr(node, "decorator_list", []))


def _imported_names(tree: ast.Module) -> set[str]:
    """Names that only ever mean an imported module."""
    names = {
        (alias.asname or alias.name.partition(".")[0])
        for node in tree.body
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return names - stored - arguments


def _library_names(tree: ast.Module, imported: set[str]) -> dict[str, bool]:
    """What the program calls the functions of _LIBRARY."""
    names: dict[str, bool] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                called = alias.asname or alias.name
                if called in imported:
                    starts = f"{alias.name}."
                    names |= {
                        f"{called}.{each.removeprefix(starts)}": write
                        for each, write in _LIBRARY.items()
                        if each.startswith(starts)
                    }
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                write = _LIBRARY.get(f"{node.module}.{alias.name}")
                if write is not None:
                    names[alias.asname or alias.name] = write
    return names


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """What is inside a function or statement, but not inside functions and classes in it."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _yields(function: ast.AST) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in _own_nodes(function))


def _awaits(loop: ast.AST) -> bool:
    """Whether a loop of a coroutine may give way to others."""
    kinds = ast.Await | ast.AsyncFor | ast.AsyncWith | ast.Yield | ast.comprehension
    return any(
        isinstance(node, kinds) and (not isinstance(node, ast.comprehension) or node.is_async)
        for node in _own_nodes(loop)
    )


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _is_display(node: ast.expr) -> bool:
    """A container made on the spot."""
    return isinstance(node, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp) or (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("list", "dict", "set", "deque", "bytearray")
    )


def _module_level(tree: ast.Module) -> list[ast.stmt]:
    """Statements that run at module level, also inside if, for, try and with."""
    found: list[ast.stmt] = []
    waiting = list(tree.body)
    while waiting:
        statement = waiting.pop()
        found.append(statement)
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        waiting += [child for child in ast.walk(statement) if isinstance(child, ast.stmt) and child is not statement]
    return found


def _bound_by_assignment(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Assign):
        return [name for target in statement.targets for name in _target_names(target)]
    if isinstance(statement, ast.AnnAssign | ast.AugAssign | ast.For):
        return _target_names(statement.target)
    if isinstance(statement, ast.With | ast.AsyncWith):
        return [name for item in statement.items if item.optional_vars for name in _target_names(item.optional_vars)]
    if isinstance(statement, ast.Delete):
        return [name for target in statement.targets for name in _target_names(target)]
    return [node.target.id for node in ast.walk(statement) if isinstance(node, ast.NamedExpr)]


def _target_names(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Tuple | ast.List):
        return [name for each in target.elts for name in _target_names(each)]
    if isinstance(target, ast.Starred):
        return _target_names(target.value)
    return []


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _may_be_container(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript)


def _catches_all(node: ast.expr) -> bool:
    names = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(
        (isinstance(each, ast.Name) and each.id == "BaseException")
        or (isinstance(each, ast.Attribute) and each.attr == "BaseException")
        for each in names
    )

"""A learner's program, compiled once and executed afresh many times."""

import ast
import builtins
import sys
import types
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.explorer import streams
from sandbox.explorer.errors import ProgramError
from sandbox.explorer.hooks import Sharing, quiet_hooks
from sandbox.explorer.identity import guest_hash, guest_id
from sandbox.explorer.instrument import HOOK, Instrumenter, Site, bind, compiled
from sandbox.explorer.model.refused import guest_files, refused_module
from sandbox.explorer.stdlib import LIBRARY
from sandbox.explorer.witness import Witness
from sandbox.explorer.world import W


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """One module of a program."""

    name: str
    """What it is imported as; `__main__` for a program that is run."""
    source: str
    filename: str
    instrument: bool = True
    """Whether its reads and writes are steps. Its locks and threads always are."""


class Program:
    """Modules that are executed afresh, in order, for each execution. Each can import those before it.

    Raises ProgramError when a source is not Python.
    """

    def __init__(self, modules: Sequence[ModuleSource]) -> None:
        self.modules = tuple(modules)
        self.sites: list[Site] = []
        self._tracing: list[types.CodeType] | None = None
        trees, codes = [], []
        for module in self.modules:
            tree = _parse(module)
            trees.append(tree)
            if module.instrument:
                guest_files.add(module.filename)
            codes.append(self._compile(module, tree, tracing=False))
        self.sharing = Sharing(self.sites)
        self._imports = [name for tree in trees for name in _imports(tree)]
        self._hooks = quiet_hooks(self.sharing)
        self._tracing_hooks: dict[str, Any] = {}
        self._codes = codes
        self._quiet = [bind(code, self._hooks) for code in codes]
        self.builtins = dict(builtins.__dict__)
        self.builtins.update(print=streams.guest_print, input=streams.guest_input, __import__=self._import)
        self.builtins.update(id=guest_id, hash=guest_hash)

    def _compile(self, module: ModuleSource, tree: ast.Module, tracing: bool) -> types.CodeType:
        if not module.instrument:
            return compile(tree, module.filename, "exec", dont_inherit=True)
        first = 0 if tracing else len(self.sites)
        if tracing:
            first = next((site.number for site in self.sites if site.file == module.filename), 0)
        instrumenter = Instrumenter(module.source, module.filename, first, tracing)
        tree = instrumenter.rewrite(tree)
        if not tracing:
            self.sites += instrumenter.sites
        return compiled(tree, module.filename)

    def plain_code(self, filename: str) -> types.CodeType:
        """A module of the program compiled as it is."""
        source = next(module.source for module in self.modules if module.filename == filename)
        return compile(source, filename, "exec", dont_inherit=True)

    def prepare(self) -> None:
        """Import what the program imports at its top, so that no execution pays for it. Inside LIBRARY.installed()."""
        own = {module.name for module in self.modules}
        for name in self._imports:
            if name in own or refused_module(name) is not None:
                continue
            LIBRARY.load(name)

    @property
    def loop_hook(self) -> Any:
        """The hook of `while` loops, which tracing leaves as it is."""
        return self._hooks[HOOK["loop"]]

    def trace_with(self, hooks: dict[str, Any]) -> None:
        """What the next traced executions call."""
        self._tracing_hooks = hooks

    def execute(self, made: dict[str, types.ModuleType], tracing: bool = False, witness: Witness | None = None) -> None:
        """Run the modules in the current learner thread; puts them into `made` by name, each before it runs."""
        codes = self._quiet
        if witness is not None:
            hooks = witness.hooks(self._hooks)
            codes = [bind(code, hooks) for code in self._codes]
        elif tracing:
            if self._tracing is None:
                self._tracing = [self._compile(module, _parse(module), tracing=True) for module in self.modules]
            codes = [bind(code, self._tracing_hooks) for code in self._tracing]
        for module, code in zip(self.modules, codes, strict=True):
            made[module.name] = fresh = types.ModuleType(module.name)
            space = fresh.__dict__
            space["__builtins__"] = self.builtins
            space["__file__"] = module.filename
            sys.modules[module.name] = fresh
            exec(code, space)

    def _import(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> types.ModuleType:
        """The learner's `import`: one atomic step."""
        if level == 0:
            module = sys.modules.get(name)
            if module is not None:
                if not fromlist:
                    if "." not in name:
                        refused = refused_module(name)
                        return module if refused is None else refused
                elif refused_module(name) is None and all(each in module.__dict__ for each in fromlist):
                    return module
            refused = refused_module(name if fromlist else name.partition(".")[0])
            if refused is not None:
                return refused
        with W.quietly():
            module = builtins.__import__(name, globals, locals, fromlist, level)
            LIBRARY.adopt_new()
        return module


def load(source: str | bytes, filename: str, name: str = "__main__") -> Program:
    """A program of one module. Raises ProgramError."""
    if isinstance(source, bytes):
        try:
            source = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ProgramError(
                f"{filename} is not UTF-8: byte 0x{source[error.start]:02x} at position {error.start}; "
                "save the file as UTF-8"
            ) from None
    return Program([ModuleSource(name, source, filename)])


def _parse(module: ModuleSource) -> ast.Module:
    try:
        tree = ast.parse(module.source, module.filename)
        # The symbol table finds what the parser lets through: `return` outside a function, `nonlocal` at module level.
        compile(module.source, module.filename, "exec", dont_inherit=True)
    except SyntaxError as error:
        where = f"line {error.lineno}" if error.lineno else "an unknown line"
        raise ProgramError(f"{module.filename}, {where}: {error.msg}") from error
    except ValueError as error:
        raise ProgramError(f"{module.filename}: {error}") from error
    except (RecursionError, MemoryError) as error:
        raise ProgramError(f"{module.filename} is nested too deeply to be compiled: split its expressions") from error
    return tree


def _imports(tree: ast.Module) -> list[str]:
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.append(node.module)
            # Either a submodule, or a name that the module loads when it is asked for.
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in dict.fromkeys(names) if name.partition(".")[0] in sys.stdlib_module_names]

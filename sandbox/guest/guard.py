"""A challenge's rules while the program runs: what its source does not show, such as getattr(sys, "_get" + "frame").

The interpreter tells an audit hook of what matters (frames, code objects, gc, ctypes, tracing, imports, compiling), and
the learner's module gets built-ins that look twice. It is the code that asks that counts: logging and dataclasses may
look at frames, and the scenario may do what it wants. A violation is told to the supervisor at once and ends the
process, so that no `except` can swallow it.

All of it lives in the learner's interpreter: it is a fence, not a wall (docs/security.md).
"""

import ast
import builtins
import importlib
import os
import sys
import types
from _thread import get_ident
from collections.abc import Callable
from typing import Any, NoReturn

from sandbox.guest.program import SCENARIO_FILE
from sandbox.guest.rules import MEDDLES, UNSEEN, Rules, Violation, find
from sandbox.guest.unseen import touches
from sandbox.protocol import PROGRAM

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_TRUSTED = tuple(
    {f"{os.path.realpath(path)}/" for path in (os.path.dirname(os.__file__), sys.prefix, sys.base_prefix, _ROOT)}
    | {f"{os.path.dirname(os.__file__)}/", f"{sys.prefix}/", f"{_ROOT}/", "<frozen "}
)
"""Where code of Python's and of ours is from."""
_OURS = (f"{_ROOT}/", f"{os.path.realpath(_ROOT)}/")

_CONDUITS = {
    ("inspect", "currentframe"), ("inspect", "stack"), ("inspect", "trace"), ("inspect", "getinnerframes"),
    ("inspect", "getouterframes"), ("traceback", "walk_stack"), ("traceback", "walk_tb"), ("logging", "currentframe"),
    ("asyncio.base_tasks", "_task_get_stack"), ("asyncio.tasks", "get_stack"),
}  # fmt: skip
"""Functions of the standard library that hand a frame to whoever calls them: it is their caller that asks."""

_FRAMES = {"tb_frame", "gi_frame", "cr_frame", "ag_frame"}
_ASKING = {
    "sys._current_frames": ("attributes", "sys._current_frames"),
    "sys._current_exceptions": ("attributes", "sys._current_exceptions"),
    "sys.addaudithook": ("attributes", "sys.addaudithook"),
    "code.__new__": ("attributes", "types.CodeType"),
    "marshal.loads": ("attributes", "marshal.loads"),
    "gc.get_objects": ("imports", "gc"),
    "gc.get_referrers": ("imports", "gc"),
    "gc.get_referents": ("imports", "gc"),
    "ctypes.dlopen": ("imports", "ctypes"),
    "ctypes.dlsym": ("imports", "ctypes"),
    "ctypes.cdata": ("imports", "ctypes"),
    "ctypes.string_at": ("imports", "ctypes"),
    "ctypes.addressof": ("imports", "ctypes"),
}
"""Events that the learner's own code may not cause, and the rules that say so."""
_WHOEVER_ASKS = {
    "sys.settrace": ("attributes", "sys.settrace"),
    "sys.setprofile": ("attributes", "sys.setprofile"),
    "sys.monitoring.register_callback": ("attributes", "sys.monitoring"),
}
"""Events that nobody may cause: a callback that was set through pdb or threading is the learner's all the same."""

_GENERATING = {"dataclasses"}
"""Modules that make methods of text, for whoever asks, and are trusted with what is in it."""

_Check = Callable[[tuple[Any, ...], types.FrameType], None]


class Guard:
    """Installed once, in the learner's process, before any of the learner's code runs."""

    def __init__(self, rules: Rules, tell: Callable[[Violation], None]) -> None:
        self._rules = rules
        self._tell = tell
        self.explored = False
        """Whether the program runs under schedules of ours, with steps in its code."""
        self._inside: set[int] = set()
        """Threads that are in the hook: what it does itself is audited too."""
        self._checks: dict[str, _Check] = {
            "sys._getframe": self._getframe,
            "object.__getattr__": self._attribute,
            "object.__setattr__": self._attribute,
            "object.__delattr__": self._attribute,
            "import": self._imported,
            "compile": self._compiled,
            "exec": self._executed,
        }

    def install(self) -> None:
        builtins.__import__ = self._checked_import(builtins.__import__)
        import_module = importlib.import_module

        def checked(name: str, package: str | None = None) -> types.ModuleType:
            self._import(name, ())
            return import_module(name, package)

        importlib.import_module = checked
        sys.addaudithook(self._hook)

    def put_on(self, space: dict[str, Any]) -> None:
        """Gives the learner's module built-ins that keep to the rules: space is its `__builtins__`."""
        space["__import__"] = self._checked_import(space["__import__"])
        space["getattr"] = self._checked_getattr(space["getattr"])
        for name in self._rules.builtins:
            if name in space:
                space[name] = self._refused(name)

    # ---------------------------------------------------------------------------------------------- built-ins

    def _checked_getattr(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def checked(thing: Any, name: str, /, *default: Any) -> Any:
            if isinstance(name, str):
                owner = thing.__name__ if type(thing) is types.ModuleType else None
                if (rule := self._rules.attribute(owner, name)) is not None:
                    self._violated("attributes", rule)
            return inner(thing, name, *default)

        return checked

    def _refused(self, name: str) -> Callable[..., Any]:
        return lambda *_, **__: self._violated("builtins", name)

    def _checked_import(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def checked(
            name: str,
            globals: Any = None,  # noqa: A002
            locals: Any = None,  # noqa: A002
            fromlist: Any = (),
            level: int = 0,
        ) -> Any:
            if level == 0:
                self._import(name, fromlist)
            return inner(name, globals, locals, fromlist, level)

        return checked

    def _import(self, name: str, fromlist: Any) -> None:
        full = [name, *(f"{name}.{each}" for each in fromlist or () if isinstance(each, str))]
        rule = next((rule for each in full if (rule := self._rules.module(each)) is not None), None)
        if rule is not None and self._is_learners(_asker(sys._getframe(2))):
            self._violated("imports", rule)

    # --------------------------------------------------------------------------------------------- audit hook

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        check = self._checks.get(event)
        if check is None and event not in _ASKING and event not in _WHOEVER_ASKS:
            return
        me = get_ident()
        if me in self._inside:
            return
        self._inside.add(me)
        try:
            frame = sys._getframe(1)
            if check is not None:
                check(arguments, frame)
            elif event in _WHOEVER_ASKS:
                self._enforce(*_WHOEVER_ASKS[event])
            elif self._is_learners(frame):
                self._enforce(*_ASKING[event])
        finally:
            self._inside.discard(me)

    def _getframe(self, _arguments: tuple[Any, ...], frame: types.FrameType) -> None:
        if self._asks_for_a_frame(frame):
            self._enforce("attributes", "sys._getframe")

    def _attribute(self, arguments: tuple[Any, ...], frame: types.FrameType) -> None:
        name = arguments[1]
        if self._asks_for_a_frame(frame) if name in _FRAMES else self._is_learners(frame):
            self._enforce("attributes", name)

    def _asks_for_a_frame(self, frame: types.FrameType) -> bool:
        asker: types.FrameType | None = frame
        while asker is not None:
            place = str(asker.f_globals.get("__name__")), asker.f_code.co_name
            if self._is_learners(asker) or place not in _CONDUITS:
                break
            rule = ".".join(place)
            if place[0] in ("inspect", "traceback") and rule not in self._rules.attributes:
                return False  # the challenge allows that one
            asker = asker.f_back
        return self._is_learners(asker)

    def _imported(self, arguments: tuple[Any, ...], frame: types.FrameType) -> None:
        rule = self._rules.module(str(arguments[0]))
        if rule is not None and self._is_learners(_asker(frame)):
            self._enforce("imports", rule)

    def _compiled(self, arguments: tuple[Any, ...], frame: types.FrameType) -> None:
        """Code made of text at run time keeps to the rules too, and passes for nobody else's."""
        source, name = arguments
        name = os.fsdecode(name) if isinstance(name, str | bytes) else ""
        if self._is_learners(frame):
            if _is_trusted(name):
                self._enforce("attributes", "types.CodeType")
        elif _is_trusted(name) or not os.path.isabs(name):
            return
        if isinstance(source, str | bytes | ast.AST):
            try:
                violation = find(source, self._rules)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return  # Python says so itself
            if violation is not None:
                self._violated(violation.kind, violation.name)

    def _executed(self, arguments: tuple[Any, ...], frame: types.FrameType) -> None:
        """In an explored test, code that was made at run time may not touch what threads could share."""
        code = arguments[0]
        asker = frame.f_code.co_filename
        if not self.explored or asker == SCENARIO_FILE or asker.startswith(_OURS) or type(code) is not types.CodeType:
            return
        if _is_trusted(code.co_filename) or frame.f_globals.get("__name__") in _GENERATING:
            return
        if touches(code):
            self._violated(UNSEEN, "")

    # ------------------------------------------------------------------------------------------------ verdict

    def meddles(self) -> NoReturn:
        """The program was seen to change what its test stands on."""
        self._violated(MEDDLES, "")

    @staticmethod
    def _is_learners(frame: types.FrameType | None) -> bool:
        return frame is not None and not _is_trusted(frame.f_code.co_filename)

    def _enforce(self, kind: str, name: str) -> None:
        if name in (self._rules.imports if kind == "imports" else self._rules.attributes):
            self._violated(kind, name)

    def _violated(self, kind: str, name: str) -> NoReturn:
        self._inside.add(get_ident())
        self._tell(Violation(kind, name, _line()))
        os._exit(1)


def _is_trusted(file: str) -> bool:
    return file == SCENARIO_FILE or file.startswith(_TRUSTED)


def _asker(frame: types.FrameType | None) -> types.FrameType | None:
    """Who asked for an import: the import system itself is in between."""
    while frame is not None and (
        frame.f_code.co_filename.startswith("<frozen importlib") or frame.f_globals.get("__name__") in _IMPORTING
    ):
        frame = frame.f_back
    return frame


_IMPORTING = {"importlib", "importlib._bootstrap", "sandbox.explorer.program", __name__}


def _line() -> int:
    """The line of the learner's file that runs now; 0 where there is none."""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == PROGRAM:
            return frame.f_lineno
        frame = frame.f_back
    return 0

"""Who holds what and who waits for what, at the end of an execution that got stuck."""

import types
from dataclasses import dataclass
from typing import Any

from sandbox.explorer import aio, looking
from sandbox.explorer.identity import numbered
from sandbox.explorer.model import refused
from sandbox.explorer.model.locks import Lock
from sandbox.explorer.world import STUCK_TURNS, Fiber, W


@dataclass(frozen=True, slots=True)
class Wait:
    """One thread that waits."""

    thread: str
    tid: int
    kind: str
    """lock, notify, get, put, event, semaphore, barrier, join, future, sleep, events, loop or runnable."""
    what: str
    """The thing it waits for, as the program names it."""
    holder: str | None
    """The thread that holds it, where there is one."""
    holder_tid: int | None
    line: int
    function: str
    holds: tuple[str, ...]
    for_good: bool
    """No deadline will wake it."""


@dataclass(frozen=True, slots=True)
class WaitGraph:
    """All threads that had not ended."""

    waits: tuple[Wait, ...]
    cycle: tuple[int, ...]
    """Thread ids: each waits for what the next holds, the last for the first."""

    def summary(self) -> str:
        """One line."""
        if self.cycle:
            by_tid = {wait.tid: wait for wait in self.waits}
            chain = [by_tid[tid] for tid in self.cycle]
            if len(chain) == 1:
                only = chain[0]
                if only.kind == "join":
                    return f"{only.thread} waits for itself to end{_at(only)}"
                return f"{only.thread} waits for {only.what}, which it holds itself{_at(only)}"
            return "; ".join(_sentence(wait) for wait in chain)
        return "; ".join(_sentence(wait) for wait in self.waits if wait.kind != "loop")

    def stuck_for_good(self) -> bool:
        """Some thread is blocked for good while others only turn: a deadlock of some."""
        return any(wait.for_good and wait.kind not in ("loop", "runnable", "join") for wait in self.waits)

    def spinners(self) -> str:
        """Who loops without getting anywhere."""
        return "; ".join(
            f"{wait.thread} loops in line {wait.line} and nothing changes" for wait in self.waits if wait.kind != "join"
        )


def _sentence(wait: Wait) -> str:
    if wait.kind == "join":
        return f"{wait.thread} waits for {wait.what} to end{_at(wait)}"
    if wait.kind == "loop":
        return f"{wait.thread} loops{_at(wait)}"
    if wait.holder is not None:
        return f"{wait.thread} waits for {wait.what}, held by {wait.holder}{_at(wait)}"
    verb = {"notify": "to be notified on ", "get": "for an item of ", "put": "for room in ", "event": "for "}
    return f"{wait.thread} waits {verb.get(wait.kind, 'for ')}{wait.what}{_at(wait)}"


def _at(wait: Wait) -> str:
    """Where, as far as that is in the program: the code that calls it has no lines that anybody could look up."""
    return f" (line {wait.line})" if wait.line else ""


_TASKS = 10
"""Tasks of a loop that are told."""


def build(modules: Any) -> WaitGraph:
    """The graph of the execution that has just stopped. `modules`: the learner's modules, where names are looked up."""
    names = Names(modules)
    held: dict[int, list[Any]] = {}
    waits = []
    for fiber in W.fibers:
        if not fiber.died:
            names.add_frames(fiber)
    for lock in names.locks():
        if lock.holder is not None:
            held.setdefault(lock.holder.tid, []).append(lock)
    edges: dict[int, int] = {}
    for fiber in W.fibers:
        if fiber.died:
            continue
        wait = _wait_of(fiber, names, held.get(fiber.tid, []))
        waits.append(wait)
        if wait.holder_tid is not None and wait.for_good:
            edges[fiber.tid] = wait.holder_tid
    return WaitGraph(tuple(waits), _find_cycle(edges))


def _wait_of(fiber: Fiber, names: "Names", held: list[Any]) -> Wait:
    frame, inner = _guest_frame(fiber)
    line = frame.f_lineno if frame is not None else 0
    function = frame.f_code.co_name if frame is not None else ""
    on = fiber.blocked_on
    holder: Fiber | None = None
    if on is None:
        kind, what = ("loop" if fiber.turns > STUCK_TURNS else "runnable"), ""
    else:
        kind, what, holder = _what(fiber, on, inner, names)
    if on is not None and on.kind == "events" and (tasks := aio.waiting_tasks()):
        # A loop waits because its tasks do: their places are what the program can do something about.
        line, function = tasks[0][1], tasks[0][2]
        what = "; ".join(f"{name} in line {at} ({coroutine})" for name, at, coroutine in tasks[:_TASKS])
    holds = tuple(sorted({names.of(lock) for lock in held if lock.number}))
    return Wait(
        thread=fiber.name,
        tid=fiber.tid,
        kind=kind,
        what=what,
        holder=holder.name if holder is not None else None,
        holder_tid=holder.tid if holder is not None else None,
        line=line,
        function=function,
        holds=holds,
        for_good=on is not None and fiber.deadline is None,
    )


def place_of(fiber: Fiber) -> tuple[int, str]:
    """The line and the function of the program that a suspended thread is in; 0 where it is in none."""
    frame, _ = _guest_frame(fiber)
    return (0, "") if frame is None else (frame.f_lineno, frame.f_code.co_name)


def waits_for(fiber: Fiber, names: "Names") -> tuple[str, str]:
    """What a blocked thread waits for: Wait.kind and Wait.what."""
    kind, what, _ = _what(fiber, fiber.blocked_on, _guest_frame(fiber)[1], names)
    return kind, what


def _what(fiber: Fiber, on: Any, inner: list[types.FrameType], names: "Names") -> tuple[str, str, Fiber | None]:
    if on.kind == "join":
        target: Fiber = on.fiber
        return "join", target.name or "a thread", target
    if on.kind == "sleep":
        return "sleep", "the end of its sleep", None
    if on.kind == "events":
        return "events", "an event of its loop", None
    if on.kind == "get":
        return "get", names.of_self(inner, "a SimpleQueue"), None
    # The outermost frame of the standard library says what the program asked for.
    for frame in reversed(inner):
        owner = frame.f_locals.get("self")
        if owner is None:
            continue
        asked = (type(owner).__name__, frame.f_code.co_name)
        kind = _ASKED.get(frame.f_code.co_name, "") if isinstance(on.kind, str) and on.kind == "notify" else ""
        if kind == "notify" and asked[0] == "Event":
            kind = "event"
        if kind == "notify" and asked[0] == "Barrier":
            kind = "barrier"
        if kind:
            return kind, names.of(owner), None
        if on.kind == "lock":
            return "lock", names.of(on if names.knows(on) else owner), on.holder
    if on.kind == "notify":
        return "notify", "a condition", None
    return "lock", names.of(on), on.holder


_ASKED = {
    "wait": "notify",
    "wait_for": "notify",
    "get": "get",
    "put": "put",
    "join": "tasks",
    "acquire": "semaphore",
    "__enter__": "semaphore",
    "result": "future",
    "exception": "future",
}


def _find_cycle(edges: dict[int, int]) -> tuple[int, ...]:
    for start in sorted(edges):
        path = [start]
        while path[-1] in edges:
            following = edges[path[-1]]
            if following in path:
                return tuple(path[path.index(following) :])
            path.append(following)
    return ()


def _frames(fiber: Fiber) -> list[types.FrameType]:
    frames = []
    frame = fiber.glet.gr_frame if fiber.glet is not None else None
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def _guest_frame(fiber: Fiber) -> tuple[types.FrameType | None, list[types.FrameType]]:
    """The innermost frame of the learner's code, and the frames inside it, innermost first, without our own."""
    inner: list[types.FrameType] = []
    for frame in _frames(fiber):
        name = frame.f_code.co_filename
        if name in refused.guest_files:
            return frame, inner
        if name.rpartition("/")[0].rpartition("/")[2] not in ("explorer", "strategies") and not name.endswith(_OWN):
            inner.append(frame)
    return None, inner


_OWN = ("explorer/world.py", "explorer/model/locks.py", "explorer/model/thread.py", "explorer/execution.py")


_VALUES = (str, int, float, bytes, bool, type(None))
_NOT_NAMED = (types.ModuleType, type, types.FunctionType)


class Names:
    """What the program calls its objects: a global's name, an attribute of a global, an item of a list.

    Several under one name (the `lock` of two calls) are told apart: the second is called `lock #2`.
    """

    def __init__(self, modules: Any) -> None:
        self._names: dict[int, str] = {}
        self._counts: dict[str, int] = {}
        self._kept: list[Any] = []
        for name, module in list(modules.items()):
            del name
            if isinstance(module, types.ModuleType) and getattr(module, "__file__", None) in refused.guest_files:
                for key, value in list(module.__dict__.items()):
                    if not key.startswith("__") and not looking.is_one(value, _NOT_NAMED):
                        self._add(key, value, 3)

    def add_frames(self, fiber: Fiber) -> None:
        for frame in _frames(fiber):
            if frame.f_code.co_filename in refused.guest_files and frame.f_code.co_name != "<module>":
                for key, value in list(frame.f_locals.items()):
                    self._add(key, value, 3)

    def _add(self, name: str, value: Any, depth: int) -> None:
        kind = type(value)
        if id(value) in self._names or issubclass(kind, _VALUES):
            return
        self._counts[name] = self._counts.get(name, 0) + 1
        self._names[id(value)] = numbered(name, self._counts[name])
        self._kept.append(value)
        if depth == 0:
            return
        if issubclass(kind, list | tuple):
            plain = list if issubclass(kind, list) else tuple
            for index, each in enumerate(plain.__getitem__(value, slice(100))):
                self._add(f"{name}[{index}]", each, depth - 1)
        elif issubclass(kind, dict):
            for key, each in list(dict.items(value))[:100]:
                self._add(f"{name}[{key!r}]" if type(key) in _VALUES else f"an item of {name}", each, depth - 1)
        elif looking.namespace(kind).get("__module__") in ("__main__", "solution", "scenario") or depth == 3:
            for key, each in list((looking.namespace(value) or {}).items())[:100]:
                self._add(f"{name}.{key}", each, depth - 1)

    def locks(self) -> list[Any]:
        found = {id(value): value for value in self._kept if looking.is_one(value, Lock)}
        for value in self._kept:
            for key in ("_block", "_lock"):
                inner = (looking.namespace(value) or {}).get(key)
                inner = (looking.namespace(inner) or {}).get("_block", inner)
                if looking.is_one(inner, Lock):
                    found[id(inner)] = inner
                    self._names.setdefault(id(inner), self._names[id(value)])
        return list(found.values())

    def knows(self, thing: Any) -> bool:
        return id(thing) in self._names

    def of(self, thing: Any) -> str:
        name = self._names.get(id(thing))
        if name is not None:
            return name
        number = getattr(thing, "number", 0)
        return f"lock {number}" if number else f"a {type(thing).__name__.lstrip('_')}"

    def of_self(self, inner: list[types.FrameType], default: str) -> str:
        for frame in inner:
            owner = frame.f_locals.get("self")
            if owner is not None and id(owner) in self._names:
                return self._names[id(owner)]
        return default

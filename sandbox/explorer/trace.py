"""What happened in one execution, step by step: recorded only when an interesting schedule is replayed."""

import sys
import types
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.explorer import looking, waits
from sandbox.explorer.hooks import CONTAINERS, is_container, is_own_code, named, owner_of
from sandbox.explorer.identity import Identities, item
from sandbox.explorer.instrument import ITEMS, Site
from sandbox.explorer.model import refused
from sandbox.explorer.program import Program
from sandbox.explorer.races import Race, RaceDetector
from sandbox.explorer.world import Fiber, W

EVENTS_KEPT = 2_000
"""Events of one trace; what comes later is counted only."""

TEXT = 80
"""Characters of a value or of printed text that are kept."""


@dataclass(slots=True)
class Event:
    """One line of a trace."""

    step: int
    tid: int
    line: int
    function: str
    op: str
    """read, write, call, iterate, acquire, release, wait, timeout, notify, start, end, join, print, sleep, put, get or
    test."""
    what: str = ""
    """The variable, lock, queue or thread, as the program names it; the n-th under one name is called `name #n`."""
    value: str = ""
    """What was read, what it is after a write, or what was printed; cut."""
    before: str = ""
    """What it was before a write."""
    site: int = -1
    preempted: bool = False
    """The thread that ran before could have gone on."""


_MISSING = object()


class Tracer:
    """Records one execution. Give it to Runner.run.

    victims: threads and the steps at which they are preempted, of which `around` then tells between which sites.
    """

    def __init__(self, victims: Iterable[tuple[int, int]] = ()) -> None:
        self.around: dict[int, tuple[int, int]] = {}
        """By step: the site of what the victim did last before it, and of what it does next; -1 where it is none."""
        self._watched: dict[int, list[int]] = {}
        for tid, step in sorted(victims, reverse=True):
            self._watched.setdefault(tid, []).append(step)
        self._before: dict[int, int] = {}
        self.events: list[Event] = []
        self.dropped = 0
        self._detector = RaceDetector()
        self._sites: list[Site] = []
        self._keys: dict[int, Any] = {}
        self._identities = Identities()
        self._unread: tuple[Event, Any] | None = None
        self._named: list[tuple[Event, Any]] = []
        self._last_tid = -1

    @property
    def races(self) -> list[Race]:
        return self._detector.races

    def attach(self, program: Program) -> None:
        """Install the tracing hooks. Runner.run calls it."""
        self._sites = program.sites
        program.trace_with(self._hooks(program))

    def finish(self, modules: Any) -> None:
        """Give locks and queues the names the program has for them. Called when the execution has just ended."""
        self._read_back()
        names = waits.Names(modules)
        for fiber in W.fibers:
            if not fiber.died:
                names.add_frames(fiber)
        names.locks()
        for event, thing in self._named:
            event.what = names.of(thing)

    # Called by the world

    def operation(self, step: int, fiber: Fiber) -> None:
        """The current thread is about to do what its step announced."""
        if W.aborting:
            return
        self._read_back()
        number = fiber.site
        if number >= 0:
            site = self._sites[number]
            if len(self.events) >= EVENTS_KEPT:
                self._drop(number)
                return
            op = _OPS.get(site.kind, "write" if site.write else "read")
            event = self._add(op, self._variable(fiber, site), line=site.line, number=number)
            event.function = site.function
            getter = self._getter(fiber, site)
            if site.write:
                event.before = show(getter())
                self._unread = (event, getter)
            else:
                event.value = show(getter())
        elif number == _SLEEP:
            self._add("sleep")
        elif number in (_PUT, _GET, _LOCKED):
            event = self._add({_PUT: "put", _GET: "get", _LOCKED: "test"}[number])
            self._name(event, fiber.obj)
        elif number == _MISSED:
            self._add("call", function_name(fiber.obj))

    def acquired(self, lock: Any) -> None:
        if self._quiet(lock):
            self._detector.receive(W.current, lock)
            return
        self._name(self._add("acquire"), lock)
        self._detector.receive(W.current, lock)

    def released(self, lock: Any) -> None:
        if not self._quiet(lock):
            self._name(self._add("release"), lock)
        self._detector.signal(W.current, lock)

    def blocked(self, lock: Any) -> None:
        if lock.kind == "join":
            self._add("wait", f"{lock.fiber.name} to end")
        elif lock.kind == "notify":
            self._add("wait", "to be notified")
        elif not self._quiet(lock):
            self._name(self._add("wait"), lock)

    def timed_out(self, lock: Any) -> None:
        self._add("timeout")

    def joined(self, thing: Any) -> None:
        if getattr(thing, "kind", "") == "join" and thing.fiber is not W.current and not W.aborting and guest_frame():
            self._add("join", thing.fiber.name)  # but not where the interpreter joins what is left, at its end
        self._detector.receive(W.current, thing)

    def signalled(self, thing: Any) -> None:
        if W.aborting:
            return
        if getattr(thing, "kind", "") == "notify":
            self._add("notify")
        self._detector.signal(W.current, thing)

    def started(self, parent: Fiber, child: Fiber) -> None:
        self._add("start", child.name)
        self._detector.started(parent, child)

    def began(self, fiber: Fiber) -> None:
        pass

    def ended(self, fiber: Fiber) -> None:
        self._add("end")

    def printed(self, text: str) -> None:
        self._add("print", value=text[:TEXT])

    def announced(self, fiber: Fiber, names: waits.Names) -> tuple[str, str, int]:
        """What a thread that is stopped before a step will do: the op, on what, and the line (0: the frame's)."""
        number = fiber.site
        if number >= 0:
            site = self._sites[number]
            return _OPS.get(site.kind, "write" if site.write else "read"), site.text, site.line
        op = _STEPS.get(number, "")
        if number == _MISSED:
            return op, function_name(fiber.obj), 0
        what = (
            names.of(fiber.obj) if fiber.obj is not None and op in ("acquire", "release", "put", "get", "test") else ""
        )
        return op, what, 0

    # Inside

    def _quiet(self, lock: Any) -> bool:
        return W.aborting or not lock.number

    def _drop(self, number: int) -> None:
        self.dropped += 1
        self._last_tid = W.current.tid
        if self._watched:
            self._look_around(number)

    def _look_around(self, number: int) -> None:
        """The current thread does something, at a site or (-1) at none."""
        tid = W.current.tid
        watched = self._watched.get(tid)
        if watched is None:
            return
        while watched and watched[-1] <= W.step:
            self.around[watched.pop()] = self._before.get(tid, -1), number
        self._before[tid] = number

    def _add(self, op: str, what: str = "", value: str = "", line: int = 0, number: int = -1) -> Event:
        self._read_back()
        if self._watched:
            self._look_around(number)
        fiber = W.current
        frame = None if line else guest_frame()
        preempted = (
            bool(W.switches)
            and self._last_tid not in (-1, fiber.tid)
            and (bool(W.deviations) and W.deviations[-1] == W.switches[-1] and W.enabled >> self._last_tid & 1 == 1)
        )
        event = Event(
            W.step,
            fiber.tid,
            line or (frame.f_lineno if frame else 0),
            frame.f_code.co_name if frame else "",
            op,
            what,
            value,
            site=number,
            preempted=preempted,
        )
        self._last_tid = fiber.tid
        if len(self.events) < EVENTS_KEPT:
            self.events.append(event)
        else:
            self.dropped += 1
        return event

    def _name(self, event: Event, thing: Any) -> None:
        if len(self._named) < EVENTS_KEPT:
            self._named.append((event, thing))

    def _read_back(self) -> None:
        if self._unread is not None:
            event, getter = self._unread
            self._unread = None
            event.value = show(getter())

    def _variable(self, fiber: Fiber, site: Site) -> str:
        """What is accessed, told apart from others that the source writes the same way."""
        obj, key, text = fiber.obj, self._keys.get(fiber.tid, _MISSING), site.text
        if site.kind == "global":
            return text
        if site.kind == "closure":
            return text if key is _MISSING else self._identities.name(text, key)
        if site.kind == "attr":
            owner = owner_of(obj, site.key, site.write)
            return text if owner is None else self._identities.name(text, owner)
        if obj is None or not is_container(obj):
            return text
        if site.kind == "item":
            container = text
            if type(key) in (int, str):
                text, container = item(text, show(key))
            return self._identities.name(text, obj, container)
        return self._identities.name(text, obj, text.rpartition(".")[0] if site.kind == "call" else None)

    def _getter(self, fiber: Fiber, site: Site) -> Any:
        obj, key = fiber.obj, self._keys.get(fiber.tid, _MISSING)
        if site.kind == "attr":
            return lambda: _attribute(obj, site.key)
        if site.kind == "item":
            return lambda: _item(obj, key)
        if site.kind == "global":
            frame = guest_frame()
            space = frame.f_globals if frame is not None else {}
            return lambda: space.get(site.text, _MISSING)
        if site.kind == "closure":
            return lambda: _contents(key)
        return lambda: obj if looking.is_one(obj, CONTAINERS) else _MISSING

    def _access(self, obj: Any, number: int, key: Any) -> None:
        """For the race detector: every access, also where it is no step."""
        if W.aborting or W.atomic or not W.running:
            return
        site = self._sites[number]
        kind = site.kind
        if kind == "attr":
            obj = owner_of(obj, site.key, site.write)
            if obj is None:
                return
            place: Any = (id(obj), site.key)
        elif kind == "item":
            if not looking.is_one(obj, CONTAINERS) or key is _MISSING or not _is_plain_key(key):
                return
            place = (id(obj), ITEMS, key)
        elif kind == "global":
            place = site.key
        elif kind == "closure":
            obj = key
            place = (id(key), site.key)
        else:
            return
        self._detector.access(W.current, place, obj, site)

    def _hooks(self, program: Program) -> dict[str, Any]:
        hot = program.sharing.hot
        sites = program.sites
        keys = self._keys
        access = self._access

        def step(obj: Any, number: int, key: Any) -> None:
            self._read_back()
            tid = W.current.tid
            if sites[number].write:
                W.current.turns = 0
            if hot[number]:
                keys[tid] = key
                W.point(obj, sites[number].key, number)
            access(obj, number, key)

        def read(obj: Any, number: int) -> Any:
            step(obj, number, _MISSING)
            return obj

        def hold(obj: Any, number: int, now: bool) -> Any:
            if now:
                step(obj, number, _MISSING)
            W.current.aug.append((number, obj, _MISSING))
            return obj

        def held(number: int) -> tuple[Any, Any]:
            waiting: list[Any] = W.current.aug
            while waiting:
                found, obj, key = waiting.pop()
                if found == number:
                    return obj, key
            return None, _MISSING

        def late(value: Any, number: int) -> Any:
            site = sites[number]
            obj, key = held(site.partner)
            step(obj, number, value if site.partner == number and site.kind == "item" else key)
            return value

        def key_of(value: Any, number: int) -> Any:
            obj, _ = held(number)
            step(obj, number, value)
            W.current.aug.append((number, obj, value))
            return value

        def variable(number: int, cell: Any = None) -> bool:
            step(None, number, cell.__closure__[0] if cell is not None else _MISSING)
            return False

        def assign(value: Any, number: int, cell: Any = None) -> Any:
            step(None, number, cell.__closure__[0] if cell is not None else _MISSING)
            return value

        loop = program.loop_hook

        def iterate(obj: Any, number: int) -> Any:
            W.current.iters[number] = obj
            return read(obj, number)

        def turn(number: int) -> bool:
            step(W.current.iters.get(number), number, _MISSING)
            return False

        def resume(value: Any, number: int) -> Any:
            step(None, number, _MISSING)
            return value

        return named(read, read, hold, late, key_of, variable, assign, loop, iterate, turn, resume)


_PUT, _GET, _LOCKED, _SLEEP, _MISSED = -6, -7, -4, -9, -13
_STEPS = {
    -2: "acquire", -3: "release", _LOCKED: "test", -5: "join", _PUT: "put", _GET: "get", -8: "start", _SLEEP: "sleep",
    -10: "events", -11: "wake", -12: "print", _MISSED: "call",
}  # fmt: skip
_OPS = {"call": "call", "iter": "iterate", "consume": "call", "next": "call", "resume": "call"}


def guest_frame() -> types.FrameType | None:
    """The innermost frame of the learner's code in the current thread."""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename not in refused.guest_files:
        frame = frame.f_back
    return frame


def function_name(function: Any) -> str:
    return f"{getattr(function, '__name__', 'function')}()"


def _attribute(obj: Any, name: str) -> Any:
    space = looking.namespace(obj)
    if space is not None and name in space:
        return space[name]
    for base in looking.bases(obj if looking.is_one(obj, type) else type(obj)):
        found = looking.namespace(base).get(name, _MISSING)
        if found is not _MISSING:
            if type(found) is types.MemberDescriptorType:
                try:
                    return found.__get__(obj)
                except AttributeError:
                    return _MISSING
            return found
    return _MISSING


def _is_plain_key(key: Any) -> bool:
    """Whether it is found without asking the program's own __hash__ and __eq__."""
    kind = type(key)
    if kind is tuple:
        return all(map(_is_plain_key, key))
    asked = [looking.found(kind, name) for name in ("__hash__", "__eq__")]
    return None not in asked and not any(map(is_own_code, asked))


def _item(container: Any, key: Any) -> Any:
    if not looking.is_one(container, CONTAINERS) or looking.is_one(container, set):
        return _MISSING
    if type(key) is not slice and not _is_plain_key(key):
        return _MISSING
    try:
        plain: Any = type(container).__mro__[-2]
        return plain.__getitem__(container, key)
    except Exception:
        return _MISSING


def _contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except (AttributeError, ValueError):
        return _MISSING


def show(value: Any, depth: int = 2) -> str:
    """A short form of a value that runs none of the learner's code."""
    if value is _MISSING:
        return ""
    kind = type(value)
    if kind in (int, float, bool, str, bytes, type(None), complex):
        if kind is int and abs(value) >= 1 << 200:
            return "a large int"
        text = repr(value[:TEXT] if kind in (str, bytes) else value)
    elif kind in (list, tuple, set, frozenset, deque, dict):
        text = _show_container(value, kind, depth)
    elif kind in (types.FunctionType, type):
        text = value.__qualname__
    else:
        text = f"<{kind.__name__}>"
    return text if len(text) <= TEXT else text[: TEXT - 1] + "…"


def _show_container(value: Any, kind: type, depth: int) -> str:
    if depth == 0:
        return "…"
    few: list[Any] = list(value.items() if kind is dict else value)[:10]
    if kind is set:
        few = sorted(map(show, value))[:10]
    more = ", …" if len(value) > 10 else ""
    if kind is dict:
        return "{" + ", ".join(f"{show(k, depth - 1)}: {show(v, depth - 1)}" for k, v in few) + more + "}"
    if kind is set:
        return "{" + ", ".join(few) + more + "}" if few else "set()"
    inner = ", ".join(show(each, depth - 1) for each in few) + more
    if kind is tuple:
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if kind is list:
        return f"[{inner}]"
    return f"{kind.__name__}([{inner}])"

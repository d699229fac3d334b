"""What instrumented code calls: counts steps, and learns which sites touch what several threads share.

`hot` sites are steps; which they are is fixed while an execution runs, so that step numbers mean the same in every
execution of one schedule. `known` sites grow: a site is known as soon as it was seen to touch a place that two threads
touch while both are alive, one of them writing. After the execution the explorer makes the known ones hot.
"""

import io
import sys
import types
import weakref
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.explorer import looking
from sandbox.explorer.errors import Abort
from sandbox.explorer.instrument import HOOK, ITEMS, Site
from sandbox.explorer.model.local import _local as ThreadLocal  # noqa: N812
from sandbox.explorer.world import MOST_TURNS, SPIN_TURNS, W

CONTAINERS = (list, dict, set, deque, bytearray, array, io.StringIO, io.BytesIO)
"""Built-in mutable containers: each call of a method is one step."""

_PLAIN = frozenset((int, str, bool, float, type(None), tuple, bytes, frozenset, type, types.ModuleType))

_CODE = (types.FunctionType, types.BuiltinFunctionType, property, classmethod, staticmethod, types.MethodDescriptorType)


class Place:
    """One thing that can be read and written: an attribute of an object, the inside of a container, a variable."""

    __slots__ = ("fiber", "obj", "shared", "sites", "written")

    def __init__(self, obj: Any, fiber: Any, site: int, written: bool) -> None:
        self.obj = obj
        self.fiber = fiber
        self.sites = {site}
        self.written = written
        self.shared = False


class Sharing:
    """Which sites are steps, and what was learned about the others."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self.sites = sites
        count = len(sites)
        self.hot = bytearray(count)
        self.known = bytearray(count)
        self.places: dict[tuple[int, str], Place] = {}
        self.last_obj: list[Any] = [None] * count
        self.last_fibers = [0] * count
        """The threads, as a mask, that touched the last object at each site."""
        self.resumed: dict[tuple[str, str], list[int]] = {}
        """By file and key: the sites where a generator goes on."""
        for site in sites:
            if site.kind == "resume":
                self.resumed.setdefault((site.file, site.key), []).append(site.number)

    def begin(self) -> None:
        """Forget the objects of the last execution."""
        self.places.clear()
        count = len(self.sites)
        self.last_obj[:] = [None] * count
        self.last_fibers[:] = [0] * count

    def grow(self) -> bool:
        """Make what is known hot; True when that changed anything."""
        if self.known == self.hot:
            return False
        self.hot[:] = self.known
        return True

    def set_hot(self, hot: bytes | bytearray) -> None:
        """Use exactly these sites as steps (a replay)."""
        self.hot[:] = hot
        self.known[:] = bytes(a | b for a, b in zip(self.known, hot, strict=True))

    def learn(self, obj: Any, number: int) -> None:
        """A site that is not known touched something."""
        if W.live < 2 or W.atomic:
            return
        current = W.current
        if self.last_obj[number] is obj:
            before = self.last_fibers[number]
            if before & current.bit:
                return
        else:
            before = 0
        site = self.sites[number]
        kept = obj
        if obj is None:  # a variable
            pass
        elif site.kind == "attr":
            obj = owner_of(obj, site.key, site.write)
            if obj is None:
                return
            kept = keeper(obj)
        elif site.key == ITEMS:
            if not is_container(obj) and not (site.kind in _ITERATED and is_iterator(obj)):
                return
            kept = keeper(obj)
        if kept is obj:
            self.last_obj[number] = obj
            self.last_fibers[number] = before | current.bit
        key = (id(obj), site.key)
        place = self.places.get(key)
        # Whoever takes the next of an iterator changes it.
        write = site.write or type(obj) is types.GeneratorType
        if place is None or gone(place.obj):
            self.places[key] = Place(kept, current, number, write)
            return
        if place.fiber is not current:
            place.shared = True
        place.sites.add(number)
        place.written = place.written or write
        if place.shared and place.written:
            for each in place.sites:
                self.known[each] = 1
            if type(obj) is types.GeneratorType:
                code = obj.gi_code
                for each in self.resumed.get((code.co_filename, f"generator {code.co_firstlineno}"), ()):
                    self.known[each] = 1


_ITERATED = ("call", "iter", "next")
"""The kinds of site where an iterator moves on."""


def is_container(obj: Any) -> bool:
    """Whether operations on what is inside are not the program's own code, and therefore single steps."""
    kind = type(obj)
    if kind in _PLAIN:
        return False
    if issubclass(kind, CONTAINERS):
        return True
    writer = looking.found(kind, "__setitem__")
    if writer is None:
        return False
    return not is_own_code(writer)


def is_own_code(function: Any) -> bool:
    """Whether it is in Python and the program's: neither in C nor, as UserDict's methods, in the standard library."""
    if not looking.is_one(function, types.FunctionType):
        return False
    return function.__module__.partition(".")[0] not in sys.stdlib_module_names


def is_iterator(obj: Any) -> bool:
    """Whether it is a generator or another iterator whose `next` is no Python function."""
    mover = looking.found(type(obj), "__next__")
    return mover is not None and not looking.is_one(mover, types.FunctionType)


def keeper(obj: Any) -> Any:
    """What keeps the identity of an object: itself, or for one whose end the program notices a weak reference."""
    if looking.found(type(obj), "__del__") is not None or weakref.getweakrefcount(obj):
        try:
            return weakref.ref(obj)
        except TypeError:
            return obj
    return obj


def gone(kept: Any) -> bool:
    """Whether what keeper() gave stands for an object that is no more, whose id another may have."""
    return type(kept) is weakref.ref and kept() is None


def owner_of(obj: Any, name: str, write: bool) -> Any:
    """The object in whose namespace an attribute lives; None for methods, properties, thread-locals and the like."""
    kind = type(obj)
    if issubclass(kind, ThreadLocal):
        return None
    space = looking.namespace(obj)
    if issubclass(kind, type):
        for base in looking.bases(obj):
            if name in (space := looking.namespace(base)):
                return None if looking.is_one(space[name], _CODE) else base
        return obj if write else None
    if space is not None and name in space:
        return obj
    if issubclass(kind, types.ModuleType):
        return obj
    for base in looking.bases(kind):
        found = looking.namespace(base).get(name)
        if found is not None:
            if looking.is_one(found, _CODE):
                return None
            if looking.found(type(found), "__get__") is not None:
                return obj if type(found) is types.MemberDescriptorType else None
            return obj if write else base
    return obj  # it is not there (any more, or yet): whoever asks for it reads that


def quiet_hooks(sharing: Sharing) -> dict[str, Any]:  # noqa: PLR0915 - closures are what makes them quick
    """The hooks of ordinary executions."""
    hot = sharing.hot
    known = sharing.known
    learn = sharing.learn
    keys = [site.key for site in sharing.sites]
    writes = [site.write for site in sharing.sites]
    partner = [site.partner for site in sharing.sites]
    world = W

    def read(obj: Any, site: int) -> Any:
        if hot[site]:
            world.step = n = world.step + 1
            if n >= world.stop:
                world.decide(n, obj, keys[site], site)
        elif not known[site]:
            learn(obj, site)
        return obj

    def store(obj: Any, site: int) -> Any:
        world.current.turns = 0
        if hot[site]:
            world.step = n = world.step + 1
            if n >= world.stop:
                world.decide(n, obj, keys[site], site)
        elif not known[site]:
            learn(obj, site)
        return obj

    def hold(obj: Any, site: int, access: bool) -> Any:
        """The object of an operation whose step comes later; with `access` also a read of its own now."""
        if access:
            read(obj, site)
        world.current.aug.append((site, obj))
        return obj

    def held(site: int) -> Any:
        waiting = world.current.aug
        while waiting:
            number, obj = waiting.pop()
            # Entries of other sites were left behind by exceptions.
            if number == site:
                return obj
        return None

    def late(value: Any, site: int) -> Any:
        obj = held(partner[site])
        if writes[site]:
            world.current.turns = 0
        if hot[site]:
            world.step = n = world.step + 1
            if n >= world.stop:
                world.decide(n, obj, keys[site], site)
        elif not known[site]:
            learn(obj, site)
        return value

    def key(value: Any, site: int) -> Any:
        """The key of an augmented assignment to an item: the read happens now, the write later."""
        obj = held(site)
        read(obj, site)
        world.current.aug.append((site, obj))
        return value

    def variable(site: int, cell: Any = None) -> bool:
        if hot[site]:
            world.step = n = world.step + 1
            if n >= world.stop:
                world.decide(n, None, keys[site], site)
        elif not known[site]:
            learn(None, site)
        return False

    def assign(value: Any, site: int, cell: Any = None) -> Any:
        world.current.turns = 0
        if hot[site]:
            world.step = n = world.step + 1
            if n >= world.stop:
                world.decide(n, None, keys[site], site)
        elif not known[site]:
            learn(None, site)
        return value

    def loop() -> bool:
        current = world.current
        current.turns = turns = current.turns + 1
        world.loop_turns = all_turns = world.loop_turns + 1
        if turns > SPIN_TURNS or all_turns > MOST_TURNS:
            world.turned(current, sys._getframe(1))
        return False

    def iterate(obj: Any, site: int) -> Any:
        world.current.iters[site] = obj
        return read(obj, site)

    def turn(site: int) -> bool:
        if hot[site]:
            world.step = n = world.step + 1
            if n >= world.stop:
                world.decide(n, world.current.iters.get(site), keys[site], site)
        elif not known[site]:
            learn(world.current.iters.get(site), site)
        return False

    def resume(value: Any, site: int) -> Any:
        if hot[site]:
            world.step = n = world.step + 1
            if n >= world.stop:
                world.decide(n, None, keys[site], site)
        return value

    return named(read, store, hold, late, key, variable, assign, loop, iterate, turn, resume)


def named(*hooks: Callable[..., Any]) -> dict[str, Any]:
    names = ("r", "s", "h", "l", "k", "g", "w", "loop", "i", "n", "y")
    return {HOOK[name]: hook for name, hook in zip(names, hooks, strict=True)} | {HOOK["Abort"]: Abort}

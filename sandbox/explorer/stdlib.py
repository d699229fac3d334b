"""Private copies of the standard library's concurrency modules, loaded over the modelled `_thread` and `time`.

While a program is explored, `sys.modules` is another one: the modelled modules and the private copies take the places
of the real ones, so that whatever the program (or a module it imports) imports is private, and nothing that is real is
patched. The copies are loaded once per process and their state is reset before each execution.
"""

import _thread
import importlib
import itertools
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.explorer import aio
from sandbox.explorer.errors import ExplorerError
from sandbox.explorer.model import clock, entropy, process, refused, thread
from sandbox.explorer.model.hashing import number_by_first_use
from sandbox.explorer.model.locks import Empty, Lock, NoLock, QuietLock, SimpleQueue, Waiter
from sandbox.explorer.model.started import Started
from sandbox.explorer.world import W

_REAL_RLOCK = _thread.RLock

_FIRST_ID = 0x7F00_0000_0000
_EVICTED = (
    "threading", "queue", "sched", "concurrent", "asyncio", "logging", "functools", "reprlib", "random",
    "datetime", "_pydatetime", "_strptime", "timeit", "multiprocessing", "secrets", "tempfile", "unittest",
    "test", "uuid",
)  # fmt: skip
"""Modules (with their submodules) that the private world loads afresh: all that wait, lock or read a clock."""

_ABSENT = ("_datetime", "_asyncio")
"""C accelerators that know nothing of the model; the pure Python versions serve."""


class PrivateLibrary:
    """The other sys.modules."""

    def __init__(self) -> None:
        self._modules: dict[str, types.ModuleType | None] | None = None
        self._real: dict[str, types.ModuleType] = {}
        self._snapshots: dict[str, dict[str, Any]] = {}
        self._resets: list[Callable[[], None]] = []
        self._with_resets: set[str] = set()
        self._depth = 0

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Inside, imports give the private copies."""
        if self._depth:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
            return
        real = dict(sys.modules)
        self._depth = 1
        try:
            if self._modules is None:
                self._build()
            else:
                for name in list(sys.modules):
                    if _evicted(name) or name in _ABSENT:
                        del sys.modules[name]
                sys.modules.update(self._modules)  # type: ignore[arg-type]
            yield
        finally:
            self._depth = 0
            # What is absent is None there, and has to stay so also where the real world has never loaded it.
            private = {name: module for name, module in sys.modules.items() if real.get(name, real) is not module}
            private.pop("__main__", None)
            self._modules = private  # type: ignore[assignment]
            for name in list(sys.modules):
                if name not in real:
                    del sys.modules[name]
            sys.modules.update(real)

    def _build(self) -> None:
        for name in list(sys.modules):
            if _evicted(name):
                del sys.modules[name]
        for name in _ABSENT:
            sys.modules[name] = None  # type: ignore[assignment]
        queue_accelerator = types.ModuleType("_queue")
        queue_accelerator.__dict__.update(SimpleQueue=SimpleQueue, Empty=Empty)
        sys.modules.update(
            {
                "_thread": thread.build(),
                "time": clock.build(),
                "_queue": queue_accelerator,
                "signal": process.build_signal(),
                "atexit": process.build_atexit(),
                "os": refused.build_os(),
            }
        )
        modelled: Any = sys.modules["_thread"]
        # functools insists on an RLock in _thread; threading's comes later and stands on functools.
        modelled.RLock = NoLock
        functools: Any = importlib.import_module("functools")
        del modelled.RLock
        threading: Any = importlib.import_module("threading")
        importlib.import_module("queue")
        self._adopt("threading", _prepare_threading)
        functools.RLock = threading.RLock
        self.adopt_new()

    def adopt_new(self) -> None:
        """Take a snapshot of private modules that were loaded since the last call, and prepare those that need it."""
        for name, prepare in _PREPARE.items():
            if name in sys.modules and name not in self._with_resets:
                self._adopt(name, prepare)

    def _adopt(self, name: str, prepare: Callable[[types.ModuleType], Callable[[], None]]) -> None:
        module = sys.modules[name]
        self._with_resets.add(name)
        reset = prepare(module)
        self._snapshots[name] = dict(module.__dict__)
        self._resets.append(reset)

    def reset(self) -> None:
        """Make the private copies what they are in a new process. Called in the main thread of an execution, first."""
        for name, snapshot in self._snapshots.items():
            space = sys.modules[name].__dict__
            if len(space) != len(snapshot):
                # A submodule that was imported since then is not imported again, and so not put into its package.
                loaded = {key: value for key, value in space.items() if sys.modules.get(f"{name}.{key}", name) is value}
                space.clear()
                space.update(loaded)
            space.update(snapshot)
        process.reset()
        entropy.reset()
        for reset in self._resets:
            reset()

    def load(self, name: str) -> None:
        """Import a module, or a name of a module, of the standard library now, so that importing it later is no work.

        What does not exist is passed over: the program's own import will say so.
        """
        with W.quietly():
            try:
                importlib.import_module(name)
            except ImportError:
                parent, _, last = name.rpartition(".")
                getattr(sys.modules.get(parent), last, None)
            self.adopt_new()


def _evicted(name: str) -> bool:
    return name.partition(".")[0] in _EVICTED


def _prepare_threading(threading: Any) -> Callable[[], None]:
    """Bookkeeping inside threading is made silent, so that the program's own operations are the steps."""
    # All learner threads are one thread of the system, for which a real RLock is always free; and it is quick.
    no_lock = _REAL_RLOCK()
    threading._allocate_lock = Waiter
    threading.Lock = Lock
    threading._active_limbo_lock = no_lock
    threading._shutdown_locks_lock = no_lock
    original_init = threading.Thread.__init__
    _rename_global(original_init, threading, "Event", Started)

    class _RLock(threading._RLock):  # type: ignore[misc]
        """The pure Python RLock over a modelled lock (in its own module `_allocate_lock` makes condition waiters)."""

        def __init__(self) -> None:
            self._block = Lock()
            self._owner = None
            self._count = 0

        def __enter__(self) -> bool:
            return bool(self.acquire())

    _RLock.__name__ = _RLock.__qualname__ = "_RLock"
    _RLock.__module__ = "threading"
    threading._PyRLock = threading._RLock = _RLock
    number_by_first_use(threading.Thread)
    event = threading.Event
    original_is_set = event.is_set

    def is_set(self: Any) -> bool:
        """Return true if and only if the internal flag is true."""
        lock = self._cond._lock
        W.point(lock, lock.number, -4)
        if W.tracer is not None:
            W.tracer.joined(lock)
        return bool(original_is_set(self))

    event.is_set = is_set
    event.isSet = is_set

    threading._maintain_shutdown_locks = lambda: None  # those of ended threads are free, and joining them is no work
    threading._dangling = _Nothing()
    newer = sys.version_info >= (3, 13)
    main_thread_class = threading._MainThread
    saved = dict(threading._main_thread.__dict__)

    def reset() -> None:
        threading._active = {}
        threading._limbo = {}
        threading._counter = itertools.count(1).__next__
        threading._threading_atexits = list(_exits)
        threading._SHUTTING_DOWN = False
        if hasattr(threading, "_shutdown_locks"):
            threading._shutdown_locks = set()
        threading._main_thread = main = main_thread_class.__new__(main_thread_class)
        main.__dict__.update(saved)
        ident = main._ident = W.current.ident
        if newer:
            main._handle = thread.make_thread_handle(ident)
        else:
            main._tstate_lock = lock = thread.set_sentinel()
            lock.acquire()
            threading._shutdown_locks.add(lock)
        threading._active[ident] = main

    return reset


class _Nothing:
    """A set that is always empty: threading keeps one of all threads, for use after a fork."""

    def add(self, thread: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _rename_global(function: Any, module: Any, name: str, value: Any) -> None:
    """Let one function of a module see another value for one of the module's globals."""
    code = function.__code__
    if name not in code.co_names:
        raise ExplorerError(f"{module.__name__}.{function.__qualname__} of this Python does not use {name}")
    private = f"_explorer_{name}"
    module.__dict__[private] = value
    function.__code__ = code.replace(co_names=tuple(private if each == name else each for each in code.co_names))


def _prepare_functools(module: Any) -> Callable[[], None]:
    """Between finding that a cache has no value and computing it is a step: another thread may find the same."""
    wrapped = module._lru_cache_wrapper

    def _lru_cache_wrapper(user_function: Any, *rest: Any) -> Any:
        def missed(*args: Any, **kwargs: Any) -> Any:
            _missed(user_function)
            return user_function(*args, **kwargs)

        return wrapped(missed, *rest)

    def function(self: Any) -> Any:
        _missed(self.__dict__["func"])
        return self.__dict__["func"]

    module._lru_cache_wrapper = _lru_cache_wrapper
    # cached_property looks its function up when it has found no value.
    module.cached_property.func = property(function, lambda self, value: self.__dict__.update(func=value))
    return lambda: None


def _missed(function: Any) -> None:
    if W.running and not W.atomic:
        # Looking was no step, and yet visible: switching makes a difference even before a thread's first step.
        W.current.first = 0
        W.point(function, "cache", -13)


def _prepare_futures_package(module: Any) -> Callable[[], None]:
    # It loads this when it is first asked for, which must not be in the middle of an execution.
    importlib.import_module("concurrent.futures.thread")
    module.ProcessPoolExecutor = refused.Refused("concurrent.futures.ProcessPoolExecutor", refused.PROCESSES)
    return lambda: None


def _prepare_futures(module: Any) -> Callable[[], None]:
    _exits.append(module._python_exit)
    number_by_first_use(module._base.Future)
    # Futures are locked in the order of their ids, which differ from execution to execution. In their repr these have
    # the length of an address, by which it is known as one.
    module._base.id = lambda future: _FIRST_ID + hash(future)

    def reset() -> None:
        module._global_shutdown_lock = QuietLock()
        module._threads_queues.data.clear()
        module.ThreadPoolExecutor._counter = itertools.count().__next__

    return reset


def _prepare_random(module: Any) -> Callable[[], None]:
    seed = module.Random.seed

    def seeded(self: Any, a: Any = None, version: int = 2) -> None:
        seed(self, entropy.urandom(16) if a is None else a, version)

    module.Random.seed = seeded
    return lambda: module.seed(0)


def _prepare_logging(module: Any) -> Callable[[], None]:
    root = module.root

    def reset() -> None:
        # An execution that was cut off may have left it held.
        module._lock = module.threading.RLock()
        module._lock._block = QuietLock()
        root.handlers.clear()
        root.setLevel(module.WARNING)
        root.manager.loggerDict.clear()
        module._handlers.data.clear() if hasattr(module._handlers, "data") else module._handlers.clear()

    return reset


_exits: list[Callable[[], None]] = []
"""What threading runs at the end of the main thread, before it joins the others."""

_PREPARE: dict[str, Callable[[Any], Callable[[], None]]] = {
    "functools": _prepare_functools,
    "concurrent.futures": _prepare_futures_package,
    "concurrent.futures.thread": _prepare_futures,
    "random": _prepare_random,
    "logging": _prepare_logging,
    "asyncio": aio.prepare,
}

LIBRARY = PrivateLibrary()

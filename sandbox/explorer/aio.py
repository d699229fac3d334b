"""asyncio on virtual time: the real event loop over a selector that waits in the scheduler.

`call_soon` stays first in, first out, because that is documented. What varies is what the scheduler controls anyway:
when executor threads finish and when other threads call in.
"""

import itertools
import sys
from collections.abc import Callable
from typing import Any

from sandbox.explorer.model.hashing import number_by_first_use
from sandbox.explorer.model.locks import QuietLock
from sandbox.explorer.model.refused import guest_files, refuse
from sandbox.explorer.world import W

_NO_NETWORK = "needs the network or a pipe, which the explorer does not model; use a real run for it"


POLLING_READS = 10_000
"""So often a loop may read its clock at one moment; beyond that it polls, and reading moves the clock."""

left_tasks: list[str] = []
"""Names of the tasks that asyncio.run cancelled at its end, in this execution."""

_tasks: Any = None


def collect_lost() -> None:
    """Count exceptions of finished tasks that nobody retrieved."""
    if _tasks is None:
        return
    for registry in ("_scheduled_tasks", "_eager_tasks", "_all_tasks"):
        for task in list(getattr(_tasks, registry, ())):
            if task.done() and getattr(task, "_log_traceback", False) and not task.cancelled():
                task._log_traceback = False
                W.lost.append((W.fibers[0], task._exception))


def waiting_tasks() -> list[tuple[str, int, str]]:
    """(name, line, function) of each task that has not ended, where the program itself waits in it."""
    found = {}
    for registry in ("_scheduled_tasks", "_eager_tasks", "_all_tasks"):
        for task in list(getattr(_tasks, registry, ())):
            place = None if task.done() else _place(task.get_coro())
            if place is not None:
                found[task.get_name()] = place
    # Those that wait for others are less of a cause than those that wait for something.
    return [(name, line, function) for name, (line, function) in sorted(found.items(), key=_by_age, reverse=True)]


def _by_age(named: tuple[str, Any]) -> tuple[int, str]:
    number = named[0].rpartition("-")[2]
    return (int(number) if number.isdecimal() else 0), named[0]


def _place(coroutine: Any) -> tuple[int, str] | None:
    place = None
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None)
        if frame is not None and frame.f_code.co_filename in guest_files:
            place = frame.f_lineno, frame.f_code.co_name
        coroutine = getattr(coroutine, "cr_await", None)
    return place


class VirtualSelector:
    """Waits for the wake-up of another thread or for a deadline; there are no files."""

    kind = "events"
    number = 0
    waiting = 0

    def __init__(self) -> None:
        self._sleeper: Any = None
        self._woken = False
        self.clock: Any = None

    def select(self, timeout: float | None = None) -> list[Any]:
        W.point(self, "events", -10)
        if W.tracer is not None:
            W.tracer.joined(self)
        if self._woken or (timeout is not None and timeout <= 0):
            self._woken = False
            return []
        self._sleeper = W.current
        W.block(self.kind, self, None if timeout is None else W.now + timeout)
        if W.tracer is not None:
            W.tracer.joined(self)
        self._sleeper = None
        self._woken = False
        return []

    def wake(self) -> None:
        """Another thread added a callback."""
        if W.running:
            W.point(self, "events", -11)
        if W.tracer is not None:
            W.tracer.signalled(self)
        self._woken = True
        if self._sleeper is not None:
            W.enabled |= self._sleeper.bit

    def forget(self, fiber: Any) -> None:
        pass

    def close(self) -> None:
        pass


def _order_as_completed(asyncio: Any) -> None:
    """as_completed makes a set of what it is given, and the order of a set of coroutines is that of their addresses."""
    tasks = asyncio.tasks
    original = tasks.as_completed

    def in_order(given: Any) -> Any:
        if asyncio.isfuture(given) or asyncio.iscoroutine(given):
            return given  # a mistake, which the original tells
        return [tasks.ensure_future(each) for each in dict.fromkeys(given)]

    def begun_at_once(fs: Any, *, timeout: float | None = None) -> Any:
        return original(in_order(fs), timeout=timeout)

    def begun_when_asked(fs: Any, *, timeout: float | None = None) -> Any:
        yield from original(in_order(fs), timeout=timeout)

    as_completed = begun_at_once if sys.version_info >= (3, 13) else begun_when_asked
    as_completed.__name__ = as_completed.__qualname__ = "as_completed"
    as_completed.__doc__ = original.__doc__
    tasks.as_completed = asyncio.as_completed = as_completed


def prepare(asyncio: Any) -> Callable[[], None]:
    """Give a private asyncio the virtual loop; returns what resets it."""
    base_events = asyncio.base_events
    events = asyncio.events

    class VirtualEventLoop(base_events.BaseEventLoop):  # type: ignore[misc, name-defined]
        """An event loop whose clock is the scheduler's."""

        def __init__(self) -> None:
            super().__init__()
            self._selector = VirtualSelector()
            self._clock_resolution = 1e-9
            self._now = -1.0
            self._reads = 0

        def time(self) -> float:
            # The loop reads its clock in every turn: as long as it does not poll, that takes no time, so that what
            # sleeps for a second ends after exactly a second.
            if W.now != self._now:
                self._now, self._reads = W.now, 0
            self._reads += 1
            if self._reads > POLLING_READS and W.running and not W.atomic:
                self._now = W.clock()
            return W.now

        def run_forever(self) -> None:
            W.loops += 1
            try:
                super().run_forever()
            finally:
                W.loops -= 1

        def _process_events(self, event_list: list[Any]) -> None:
            pass

        def _write_to_self(self) -> None:
            self._selector.wake()

        def close(self) -> None:
            if self.is_running():
                raise RuntimeError("Cannot close a running event loop")
            super().close()

        def default_exception_handler(self, context: dict[str, Any]) -> None:
            if not W.running:
                return  # what a cut off execution left behind, when its memory is freed
            error = context.get("exception")
            if error is not None and not W.aborting:
                W.lost.append((W.current, error))
            super().default_exception_handler(context)

        def add_signal_handler(self, sig: int, callback: Any, *args: Any) -> None:
            refuse("loop.add_signal_handler")

    def refused(name: str) -> Callable[..., Any]:
        return lambda *_, **__: refuse(f"loop.{name}", _NO_NETWORK)

    for name in (
        "add_reader", "add_writer", "create_connection", "create_datagram_endpoint", "create_server",
        "create_unix_connection", "create_unix_server", "sock_recv", "sock_accept", "sock_connect", "sock_sendall",
        "connect_read_pipe", "connect_write_pipe", "subprocess_exec", "subprocess_shell", "getaddrinfo", "sendfile",
    ):  # fmt: skip
        setattr(VirtualEventLoop, name, refused(name))
    for name in ("SelectorEventLoop", "EventLoop"):
        if hasattr(asyncio, name):
            setattr(asyncio, name, VirtualEventLoop)
    if hasattr(asyncio, "EventLoop"):
        asyncio.runners.events.EventLoop = VirtualEventLoop
    asyncio.DefaultEventLoopPolicy._loop_factory = VirtualEventLoop
    global _tasks
    tasks = _tasks = asyncio.tasks
    number_by_first_use(asyncio.futures.Future)
    runners = asyncio.runners
    cancel_all = runners._cancel_all_tasks

    def note_and_cancel(loop: Any) -> None:
        left_tasks.extend(task.get_name() for task in tasks.all_tasks(loop))
        cancel_all(loop)

    runners._cancel_all_tasks = note_and_cancel
    _order_as_completed(asyncio)
    logger = asyncio.log.logger

    def reset() -> None:
        # Bookkeeping of the library's own is no step of the program.
        events._lock = QuietLock()
        asyncio.mixins._global_lock = QuietLock()
        events._event_loop_policy = None
        events._running_loop.__dict__.clear()
        tasks._task_name_counter = itertools.count(1).__next__
        for registry in ("_scheduled_tasks", "_eager_tasks", "_current_tasks", "_all_tasks"):
            found = getattr(tasks, registry, None)
            if found is not None:
                found.clear()
        logger.handlers.clear()
        left_tasks.clear()

    return reset

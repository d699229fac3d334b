"""Notices what a program leaves to chance: exceptions lost in threads and tasks, threads and processes started."""

import asyncio
import multiprocessing.process
import os
import sys
import threading
from typing import Any

from sandbox.guest.program import Program, describe

_LOST = 20
_PROCESS_EVENTS = ("os.fork", "os.forkpty", "subprocess.Popen", "os.posix_spawn")

_active: "Watch | None" = None


class Watch:
    """From its making to stop(): one execution."""

    def __init__(self) -> None:
        global _active  # noqa: PLW0603 - audit hooks cannot be taken out again: one hook, one current watch
        self.threads_started = 0
        self.processes_started = 0
        self.processes_together = 0
        """The most that were there at once: started, and not yet waited for."""
        self.starting: set[int] = set()
        """Threads in which multiprocessing is starting one, which is counted there."""
        self.unseen: set[Any] = set()
        """Processes of multiprocessing's that have ended and that only a start() has waited for, not the program."""
        self._lost: list[tuple[str, BaseException]] = []
        self._hooks = (threading.excepthook, asyncio.base_events.BaseEventLoop.default_exception_handler)
        threading.excepthook = self._thread_failed
        asyncio.base_events.BaseEventLoop.default_exception_handler = self._task_failed()  # type: ignore[method-assign]
        _active = self
        _install()

    def stop(self, program: Program) -> list[dict[str, Any]]:
        """What was lost, each as describe() gives it, with the name of the thread or task under "thread"."""
        global _active  # noqa: PLW0603
        _active = None
        threading.excepthook, asyncio.base_events.BaseEventLoop.default_exception_handler = self._hooks  # type: ignore[method-assign]
        return [{"thread": where, **describe(error, program)} for where, error in self._lost]

    def _lose(self, where: str, error: BaseException) -> None:
        if len(self._lost) < _LOST:
            self._lost.append((where, error))

    def _thread_failed(self, args: Any) -> None:
        if args.exc_type is SystemExit or args.exc_value is None:
            return
        name = args.thread.name if args.thread is not None else "a thread"
        self._lose(name, args.exc_value)
        print(f"Exception in thread {name}:", file=sys.stderr)
        print(Program.traceback(args.exc_value), end="", file=sys.stderr)

    def _task_failed(self) -> Any:
        usual = self._hooks[1]

        def handler(loop: Any, context: dict[str, Any]) -> None:
            error = context.get("exception")
            if error is not None and "never retrieved" in str(context.get("message")):
                task = context.get("task") or context.get("future")
                name = task.get_name() if isinstance(task, asyncio.Task) else "a future"
                self._lose(name, error)
            usual(loop, context)

        return handler

    def saw(self, event: str) -> None:
        if event in ("_thread.start_new_thread", "_thread.start_joinable_thread"):
            self.threads_started += 1
        elif event in _PROCESS_EVENTS and threading.get_ident() not in self.starting:
            self.process_starts(_children())

    def process_starts(self, others: int) -> None:
        """One more, beside so many others."""
        self.processes_started += 1
        self.processes_together = max(self.processes_together, others + 1)


def _children() -> int:
    """How many children this process has that it has not waited for."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return len(file.read().split())
    except OSError:
        return 0


_installed = False


def _install() -> None:
    global _installed  # noqa: PLW0603
    if _installed:
        return
    _installed = True

    def hook(event: str, _arguments: Any) -> None:
        watch = _active
        if watch is not None:
            watch.saw(event)

    sys.addaudithook(hook)
    _watch_multiprocessing()
    if sys.version_info < (3, 12):  # there starting a thread is not audited
        start = threading._start_new_thread  # type: ignore[attr-defined]

        def start_new_thread(*args: Any) -> Any:
            hook("_thread.start_new_thread", ())
            return start(*args)

        threading._start_new_thread = start_new_thread  # type: ignore[attr-defined]


def _watch_multiprocessing() -> None:
    """Counts its processes where they start: one that is spawned is no fork of ours, and is not audited."""
    base = multiprocessing.process.BaseProcess
    start, join = base.start, base.join

    def counted(self: multiprocessing.process.BaseProcess) -> None:
        watch = _active
        if watch is None:
            start(self)
            return
        known = [each for each in list(multiprocessing.process._children) if _is_there(each)]  # type: ignore[attr-defined]
        others = len(known) + len(watch.unseen)
        watch.starting.add(threading.get_ident())
        try:
            start(self)
        finally:
            watch.starting.discard(threading.get_ident())
        # start() itself waits for whichever of the others has ended by itself, and when that is, is chance.
        watch.unseen.update(each for each in known if not _is_there(each))
        watch.process_starts(others)

    def joined(self: multiprocessing.process.BaseProcess, timeout: float | None = None) -> None:
        join(self, timeout)
        if _active is not None:
            _active.unseen.discard(self)

    base.start = counted  # type: ignore[method-assign]
    base.join = joined  # type: ignore[method-assign]


def _is_there(process: Any) -> bool:
    """Whether nobody has waited for it yet, without asking for its end, which would be to wait for it."""
    popen = process._popen
    return popen is not None and popen.returncode is None

"""Notices what a program leaves to chance: exceptions lost in threads and tasks, threads and processes started."""

import asyncio
import sys
import threading
from typing import Any

from sandbox.guest.program import Program, describe

_LOST = 20

_active: "Watch | None" = None


class Watch:
    """From its making to stop(): one execution."""

    def __init__(self) -> None:
        global _active  # noqa: PLW0603 - audit hooks cannot be taken out again: one hook, one current watch
        self.threads_started = 0
        self.processes_started = 0
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
        elif event in ("os.fork", "os.forkpty", "subprocess.Popen", "os.posix_spawn"):
            self.processes_started += 1


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
    if sys.version_info < (3, 12):  # there starting a thread is not audited
        start = threading._start_new_thread  # type: ignore[attr-defined]

        def start_new_thread(*args: Any) -> Any:
            hook("_thread.start_new_thread", ())
            return start(*args)

        threading._start_new_thread = start_new_thread  # type: ignore[attr-defined]

# verdict: RACE
"""Counts who is idle without the lock, and then believes in one thread too many."""

from collections import deque
from threading import Condition, Thread


class Future:
    def __init__(self):
        self._changed = Condition()
        self._outcome = None

    def _finish(self, *outcome):
        with self._changed:
            self._outcome = outcome
            self._changed.notify_all()

    def result(self, timeout=None):
        with self._changed:
            if not self._changed.wait_for(lambda: self._outcome is not None, timeout):
                raise TimeoutError("not done yet")
            worked, what = self._outcome
        if worked:
            return what
        raise what


class ThreadPool:
    def __init__(self, num_threads):
        self._most = num_threads
        self._threads = []
        self._waiting = deque()
        self._idle = 0
        self._open = True
        self._changed = Condition()

    def submit(self, func, *args, **kwargs):
        future = Future()
        with self._changed:
            if not self._open:
                raise RuntimeError("submit after shutdown")
            self._waiting.append((future, func, args, kwargs))
            if self._idle < len(self._waiting) and len(self._threads) < self._most:
                thread = Thread(target=self._work)
                self._threads.append(thread)
                thread.start()
            else:
                self._changed.notify()
        return future

    def _next(self):
        self._idle += 1
        with self._changed:
            while not self._waiting and self._open:
                self._changed.wait()
            self._idle -= 1
            return self._waiting.popleft() if self._waiting else None

    def _work(self):
        while job := self._next():
            future, func, args, kwargs = job
            try:
                value = func(*args, **kwargs)
            except Exception as error:
                future._finish(False, error)
            else:
                future._finish(True, value)

    def shutdown(self, wait=True):
        with self._changed:
            self._open = False
            self._changed.notify_all()
            threads = list(self._threads)
        if wait:
            for thread in threads:
                thread.join()

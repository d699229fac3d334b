# verdict: DEADLOCK, RUNTIME_ERROR
"""A task that raises takes its thread with it, and its result never comes."""

import threading
from queue import SimpleQueue


class Task:
    def __init__(self, call):
        self._call = call
        self._done = threading.Event()
        self._value = self._error = None

    def run(self):
        self._value = self._call()
        self._done.set()

    def result(self, timeout=None):
        if not self._done.wait(timeout):
            raise TimeoutError
        if self._error is not None:
            raise self._error
        return self._value


class ThreadPool:
    def __init__(self, num_threads):
        self._queue = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._threads = [threading.Thread(target=self._work) for _ in range(num_threads)]
        for thread in self._threads:
            thread.start()

    def _work(self):
        while (task := self._queue.get()) is not None:
            task.run()

    def submit(self, func, *args, **kwargs):
        task = Task(lambda: func(*args, **kwargs))
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is shut down")
            self._queue.put(task)
        return task

    def shutdown(self, wait=True):
        with self._lock:
            if not self._closed:
                self._closed = True
                for _ in self._threads:
                    self._queue.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

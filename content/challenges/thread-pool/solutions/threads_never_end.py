# verdict: WRONG_ANSWER, LEAK, DEADLOCK
"""Exceptions are kept, and the threads wait at the queue for ever."""

import threading
from queue import Queue


class Task:
    def __init__(self):
        self.done = threading.Event()
        self.value = self.error = None

    def result(self, timeout=None):
        if not self.done.wait(timeout):
            raise TimeoutError
        if self.error is not None:
            raise self.error
        return self.value


class ThreadPool:
    def __init__(self, num_threads):
        self.tasks = Queue()
        self.closed = False
        for _ in range(num_threads):
            threading.Thread(target=self.worker, daemon=True).start()

    def worker(self):
        while True:
            task, func, args, kwargs = self.tasks.get()
            try:
                task.value = func(*args, **kwargs)
            except Exception as error:
                task.error = error
            task.done.set()
            self.tasks.task_done()

    def submit(self, func, *args, **kwargs):
        if self.closed:
            raise RuntimeError("closed")
        task = Task()
        self.tasks.put((task, func, args, kwargs))
        return task

    def shutdown(self, wait=True):
        self.closed = True
        if wait:
            self.tasks.join()

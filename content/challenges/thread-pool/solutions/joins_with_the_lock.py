# verdict: DEADLOCK
"""shutdown() waits for the threads with the lock that a task needs to submit."""

import threading
from queue import Queue


class Task:
    def __init__(self, func, args, kwargs):
        self.func, self.args, self.kwargs = func, args, kwargs
        self.done = threading.Event()
        self.value = None
        self.error = None

    def run(self):
        try:
            self.value = self.func(*self.args, **self.kwargs)
        except Exception as error:
            self.error = error
        self.done.set()

    def result(self, timeout=None):
        if not self.done.wait(timeout):
            raise TimeoutError
        if self.error:
            raise self.error
        return self.value


class ThreadPool:
    def __init__(self, num_threads):
        self.queue = Queue()
        self.lock = threading.Lock()
        self.closed = False
        self.threads = []
        for _ in range(num_threads):
            thread = threading.Thread(target=self.work)
            thread.start()
            self.threads.append(thread)

    def work(self):
        while True:
            task = self.queue.get()
            if task is None:
                return
            task.run()

    def submit(self, func, *args, **kwargs):
        task = Task(func, args, kwargs)
        with self.lock:
            if self.closed:
                raise RuntimeError("shut down")
            self.queue.put(task)
        return task

    def shutdown(self, wait=True):
        with self.lock:
            first = not self.closed
            self.closed = True
            if first:
                for _ in self.threads:
                    self.queue.put(None)
            if wait:
                for thread in self.threads:
                    thread.join()

# verdict: WRONG_ANSWER
"""A new thread for each task; a semaphore limits how many run, not how many there are."""

import threading


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
        self.slots = threading.Semaphore(num_threads)
        self.lock = threading.Lock()
        self.threads = []
        self.closed = False

    def submit(self, func, *args, **kwargs):
        task = Task()

        def work():
            with self.slots:
                try:
                    task.value = func(*args, **kwargs)
                except Exception as error:
                    task.error = error
                task.done.set()

        with self.lock:
            if self.closed:
                raise RuntimeError("closed")
            thread = threading.Thread(target=work)
            self.threads.append(thread)
            thread.start()
        return task

    def shutdown(self, wait=True):
        with self.lock:
            self.closed = True
        if wait:
            for thread in self.threads:
                thread.join()

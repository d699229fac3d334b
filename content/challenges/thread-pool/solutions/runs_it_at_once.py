# verdict: WRONG_ANSWER
"""submit() runs the task itself: there is no other thread."""


class Task:
    def __init__(self, value, error):
        self.value, self.error = value, error

    def result(self, timeout=None):
        if self.error is not None:
            raise self.error
        return self.value


class ThreadPool:
    def __init__(self, num_threads):
        self.closed = False

    def submit(self, func, *args, **kwargs):
        if self.closed:
            raise RuntimeError("closed")
        try:
            return Task(func(*args, **kwargs), None)
        except Exception as error:
            return Task(None, error)

    def shutdown(self, wait=True):
        self.closed = True

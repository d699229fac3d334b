class Task:
    def __init__(self, value):
        self.value = value

    def result(self, timeout=None):
        return self.value


class ThreadPool:
    def __init__(self, num_threads):
        self.num_threads = num_threads

    def submit(self, func, *args, **kwargs):
        # Queue it for one of the threads instead.
        return Task(func(*args, **kwargs))

    def shutdown(self, wait=True): ...


if __name__ == "__main__":
    pool = ThreadPool(2)
    task = pool.submit(pow, 2, 10)
    print(task.result())
    pool.shutdown()

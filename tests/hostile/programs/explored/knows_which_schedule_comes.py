# expect: FORBIDDEN RACE
# Is safe as long as somebody looks, and not where it is quick: a lock for the first hundred executions only.
import os
import threading


def executions():
    with open("/tmp/executions", "a+b") as file:
        file.write(b".")
        return file.tell()


class Nothing:
    def __enter__(self):
        pass

    def __exit__(self, *_):
        pass


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock() if executions() < 100 else Nothing()

    def increment(self):
        with self.lock:
            self.value += 1

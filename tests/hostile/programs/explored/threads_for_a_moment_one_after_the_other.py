# expect: FORBIDDEN
# Puts everything back before anybody looks.
import threading

start = threading.Thread.start


def start_and_wait(self, start=threading.Thread.start, join=threading.Thread.join):
    start(self)
    join(self)


class Counter:
    def __init__(self):
        self._value = 0
        threading.Thread.start = start_and_wait

    def increment(self):
        self._value += 1

    @property
    def value(self):
        threading.Thread.start = start
        return self._value

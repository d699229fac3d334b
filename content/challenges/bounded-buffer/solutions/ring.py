# verdict: ACCEPTED
"""A ring of places; deques whose appends are one step would do without the lock, a ring does not."""

import threading


class BoundedBuffer:
    def __init__(self, capacity):
        self._ring = [None] * capacity
        self._first = self._count = 0
        self._condition = threading.Condition()

    def put(self, item):
        with self._condition:
            while self._count == len(self._ring):
                self._condition.wait()
            self._ring[(self._first + self._count) % len(self._ring)] = item
            self._count += 1
            self._condition.notify_all()

    def get(self):
        with self._condition:
            while self._count == 0:
                self._condition.wait()
            item, self._ring[self._first] = self._ring[self._first], None
            self._first = (self._first + 1) % len(self._ring)
            self._count -= 1
            self._condition.notify_all()
            return item

# verdict: ACCEPTED
"""A property that reads under the lock, which is reentrant."""

from threading import RLock


class Counter:
    def __init__(self):
        self._value = 0
        self._lock = RLock()

    @property
    def value(self):
        with self._lock:
            return self._value

    def increment(self):
        with self._lock:
            self._value = self.value + 1

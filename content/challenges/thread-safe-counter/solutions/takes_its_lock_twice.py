# verdict: DEADLOCK
"""increment() holds the lock and reads `value`, which wants the same lock."""

import threading


class Counter:
    def __init__(self):
        self._value = 0
        self._lock = threading.Lock()

    @property
    def value(self):
        with self._lock:
            return self._value

    def increment(self):
        with self._lock:
            self._value = self.value + 1

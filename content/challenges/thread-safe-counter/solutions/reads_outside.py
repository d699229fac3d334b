# verdict: RACE
"""Reads before it takes the lock: what it adds to may be old by then."""

import threading


class Counter:
    def __init__(self):
        self.value = 0
        self._lock = threading.Lock()

    def increment(self):
        seen = self.value
        with self._lock:
            self.value = seen + 1

# verdict: NONDETERMINISTIC
"""A lock keeps them from speaking at once, and says nothing about the order."""

import threading


class Steps:
    def __init__(self):
        self._lock = threading.Lock()

    def first(self, say):
        with self._lock:
            say()

    def second(self, say):
        with self._lock:
            say()

    def third(self, say):
        with self._lock:
            say()

# verdict: WRONG_ANSWER, RUNTIME_ERROR
"""`value` has to be called, which is not what was asked for."""

import threading


class Counter:
    def __init__(self):
        self._value = 0
        self._lock = threading.Lock()

    def value(self):
        return self._value

    def increment(self):
        with self._lock:
            self._value += 1

# verdict: WRONG_ANSWER
"""One value for all counters: they are not independent."""

import threading


class Counter:
    _value = 0
    _lock = threading.Lock()

    @property
    def value(self):
        return Counter._value

    def increment(self):
        with Counter._lock:
            Counter._value += 1

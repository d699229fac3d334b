# verdict: RACE
"""Every call makes a lock of its own, which nobody else ever waits for."""

import threading


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        with threading.Lock():
            self.value += 1

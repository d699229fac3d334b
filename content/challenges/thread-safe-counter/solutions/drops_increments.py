# verdict: WRONG_ANSWER, RACE
"""Gives way between reading and writing: increments of others are overwritten."""

import time


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        seen = self.value
        time.sleep(0.0001)
        self.value = seen + 1

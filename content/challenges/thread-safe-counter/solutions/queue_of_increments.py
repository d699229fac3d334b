# verdict: ACCEPTED
"""No lock of ours: a deque's append is one step, and its length is the count."""

from collections import deque


class Counter:
    def __init__(self):
        self._increments = deque()

    @property
    def value(self):
        return len(self._increments)

    def increment(self):
        self._increments.append(None)

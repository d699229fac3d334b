# verdict: RACE
"""Looks and then acts: another thread may come in between."""

import time
from collections import deque


class BoundedBuffer:
    def __init__(self, capacity):
        self._capacity = capacity
        self._items = deque()

    def put(self, item):
        while len(self._items) >= self._capacity:
            time.sleep(0.01)
        self._items.append(item)

    def get(self):
        while len(self._items) == 0:
            time.sleep(0.01)
        return self._items.popleft()

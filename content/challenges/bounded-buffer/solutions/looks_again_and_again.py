# verdict: WRONG_ANSWER
"""Gives the lock back and takes it again until there is something to do: a processor is busy with waiting."""

import threading
from collections import deque


class BoundedBuffer:
    def __init__(self, capacity):
        self._capacity = capacity
        self._items = deque()
        self._lock = threading.Lock()

    def put(self, item):
        while True:
            with self._lock:
                if len(self._items) < self._capacity:
                    self._items.append(item)
                    return

    def get(self):
        while True:
            with self._lock:
                if self._items:
                    return self._items.popleft()

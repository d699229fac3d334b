# verdict: DEADLOCK, WRONG_ANSWER
"""Takes an item that is None for an empty place."""

import threading
from collections import deque


class BoundedBuffer:
    def __init__(self, capacity):
        self._capacity = capacity
        self._items = deque()
        self._changed = threading.Condition()

    def put(self, item):
        with self._changed:
            while len(self._items) == self._capacity:
                self._changed.wait()
            self._items.append(item)
            self._changed.notify_all()

    def get(self):
        with self._changed:
            while not self._items or self._items[0] is None:
                self._changed.wait()
            item = self._items.popleft()
            self._changed.notify_all()
            return item

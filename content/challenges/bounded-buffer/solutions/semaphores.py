# verdict: ACCEPTED
"""One semaphore counts the places, another the items."""

import threading
from collections import deque


class BoundedBuffer:
    def __init__(self, capacity):
        self._places = threading.Semaphore(capacity)
        self._items = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._buffer = deque()

    def put(self, item):
        self._places.acquire()
        with self._lock:
            self._buffer.append(item)
        self._items.release()

    def get(self):
        self._items.acquire()
        with self._lock:
            item = self._buffer.popleft()
        self._places.release()
        return item

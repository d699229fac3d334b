# verdict: DEADLOCK
"""Takes the lock first and then waits for a place: nobody else can make one."""

import threading
from collections import deque


class BoundedBuffer:
    def __init__(self, capacity):
        self._places = threading.Semaphore(capacity)
        self._items = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._buffer = deque()

    def put(self, item):
        with self._lock:
            self._places.acquire()
            self._buffer.append(item)
        self._items.release()

    def get(self):
        with self._lock:
            self._items.acquire()
            item = self._buffer.popleft()
        self._places.release()
        return item

# verdict: RUNTIME_ERROR, RACE
"""Does not wait at all: the first that comes too early gets an IndexError."""

from collections import deque


class BoundedBuffer:
    def __init__(self, capacity):
        self.items = deque(maxlen=capacity)

    def put(self, item):
        self.items.append(item)

    def get(self):
        return self.items.popleft()

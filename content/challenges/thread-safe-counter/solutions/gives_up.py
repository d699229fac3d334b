# verdict: WRONG_ANSWER, RACE
"""Does not wait for the lock: an increment that comes at a bad moment is dropped."""

import threading
import time


class Counter:
    def __init__(self):
        self.value = 0
        self._lock = threading.Lock()

    def increment(self):
        if self._lock.acquire(blocking=False):
            seen = self.value
            time.sleep(0.0001)
            self.value = seen + 1
            self._lock.release()

# expect: RACE
# The thread that comes second sleeps long enough, it hopes.
import time


class Counter:
    def __init__(self):
        self.value = self.waiting = 0

    def increment(self):
        self.waiting += 1
        time.sleep(0.1 * self.waiting)
        self.value += 1

# expect: FORBIDDEN
# What takes long takes no time.
import threading
import time

time.sleep = lambda seconds: None


class Counter:
    def __init__(self):
        self.value, self.lock = 0, threading.Lock()

    def increment(self):
        with self.lock:
            self.value += 1

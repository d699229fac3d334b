# expect: FORBIDDEN
import threading



def start_and_wait(self, start=threading.Thread.start, join=threading.Thread.join):
    start(self)
    join(self)


threading.Thread.start = start_and_wait


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

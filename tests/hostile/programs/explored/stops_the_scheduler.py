# expect: FORBIDDEN
# Reaches the scheduler by a function of its own, and tells it never to stop.
import operator
import threading

World = operator.attrgetter("__glo" + "bals__")(threading.Lock.acquire)["W"]


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        World.stop = 1 << 62
        self.value += 1

# expect: FORBIDDEN
# Hides from one schedule what it does on others.
import operator
import threading

World = operator.attrgetter("__glo" + "bals__")(threading.Lock.acquire)["W"]

class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        if World.tracer is None:
            World.stop = 1 << 62
        self.value += 1

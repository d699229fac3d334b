# expect: FORBIDDEN DEADLOCK
# Nobody else can run, it says to the scheduler.
import operator
import threading

World = operator.attrgetter("__glo" + "bals__")(threading.Lock.acquire)["W"]


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        others = World.enabled
        World.enabled = World.current.bit
        self.value += 1
        World.enabled = others

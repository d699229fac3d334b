# expect: FORBIDDEN
import operator
import threading

World = operator.attrgetter("__glo" + "bals__")(threading.Lock.acquire)["W"]


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        World.atomic += 1
        self.value += 1
        World.atomic -= 1

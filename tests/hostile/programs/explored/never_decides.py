# expect: FORBIDDEN
import operator
import threading

World = operator.attrgetter("__glo" + "bals__")(threading.Lock.acquire)["W"]

type(World).decide = lambda self, *_: None


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

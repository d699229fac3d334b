# expect: FORBIDDEN
import operator
import threading

World = operator.attrgetter("__glo" + "bals__")(threading.Lock.acquire)["W"]


class Plan:
    stop = 1 << 62

    def choose(self, current, enabled, free, step):
        return (enabled & -enabled).bit_length() - 1


class Counter:
    def __init__(self):
        World.plan = Plan()
        World.stop = 1 << 62
        self.value = 0

    def increment(self):
        self.value += 1

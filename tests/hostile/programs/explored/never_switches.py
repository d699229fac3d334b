# expect: FORBIDDEN WRONG_ANSWER
import operator
import threading

World = operator.attrgetter("__glo" + "bals__")(threading.Lock.acquire)["W"]

type(World).switch = lambda self, n, to: self.switches.append((n, to.tid))


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

# expect: FORBIDDEN RUNTIME_ERROR
# From the scheduler to the frames of who explores, and to what it asks of the checks.
import operator
import threading

World = operator.attrgetter("__glo" + "bals__")(threading.Lock.acquire)["W"]

frame = operator.attrgetter("gr_fra" + "me")(World.hub)
while frame:
    mine = operator.attrgetter("f_lo" + "cals")(frame).get("self")
    if hasattr(mine, "judge"):
        mine.judge = lambda execution: None
    frame = operator.attrgetter("f_ba" + "ck")(frame)


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

# verdict: RACE
"""`+= 1` without a lock: no stress test catches it on an interpreter with a GIL, and it is wrong all the same."""


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

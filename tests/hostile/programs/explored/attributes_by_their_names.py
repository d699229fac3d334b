# expect: RACE
class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        setattr(self, "value", getattr(self, "value") + 1)

# expect: FORBIDDEN
# Finds the scheduler among all classes there are.
for each in type.__dict__["__subcl" + "asses__"](object):
    if each.__name__ == "World":
        each.decide = lambda self, *_: None


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

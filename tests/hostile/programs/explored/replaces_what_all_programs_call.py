# expect: FORBIDDEN RACE
# The built-ins of the module are a dictionary like any other.
mine = globals()["__buil" + "tins__"]
for name in ("len", "range", "print", "super", "object", "__import__", "__build_class__"):
    thing = mine[name]
    mine[name] = lambda *given, thing=thing, **named: thing(*given, **named)


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

# expect: RUNTIME_ERROR
# A case of a hidden test, carried out in an exception.
class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        import sys

        raise ValueError("\n".join(map(str, vars(sys).items())))

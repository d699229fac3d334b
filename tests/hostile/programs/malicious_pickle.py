# expect: WRONG_ANSWER
import os


class Bomb:
    def __reduce__(self):
        return os.system, ("echo ACCEPTED",)


class Counter:
    value = Bomb()

    def increment(self):
        pass

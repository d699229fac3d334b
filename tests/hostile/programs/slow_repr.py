# expect: WRONG_ANSWER RUNTIME_ERROR TIME_LIMIT
class Slow:
    def __repr__(self):
        return "x" * 10**8


class Counter:
    value = Slow()

    def increment(self):
        pass

# expect: WRONG_ANSWER
class Everything(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0


class Counter:
    value = Everything(-1)

    def increment(self):
        pass

# verdict: SYNTAX_ERROR
"""A bracket that is never closed."""


class Counter:
    def __init__(self:
        self.value = 0

    def increment(self):
        self.value += 1

# verdict: WRONG_ANSWER
"""The right order, and a processor that is busy with nothing until it is one's turn."""


class Steps:
    def __init__(self):
        self.done = 0

    def first(self, say):
        say()
        self.done = 1

    def second(self, say):
        while self.done < 1:
            pass
        say()
        self.done = 2

    def third(self, say):
        while self.done < 2:
            pass
        say()

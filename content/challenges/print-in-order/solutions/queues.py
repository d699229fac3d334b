# verdict: ACCEPTED
"""A queue with nothing in it makes whoever wants something of it wait."""

from queue import Queue


class Steps:
    def __init__(self):
        self.to_second, self.to_third = Queue(), Queue()

    def first(self, say):
        say()
        self.to_second.put(None)

    def second(self, say):
        self.to_second.get()
        say()
        self.to_third.put(None)

    def third(self, say):
        self.to_third.get()
        say()

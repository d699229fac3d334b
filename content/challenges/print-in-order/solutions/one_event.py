# verdict: NONDETERMINISTIC
"""Both wait for the first one, and nobody for the second."""

from threading import Event


class Steps:
    def __init__(self):
        self.begun = Event()

    def first(self, say):
        say()
        self.begun.set()

    def second(self, say):
        self.begun.wait()
        say()

    def third(self, say):
        self.begun.wait()
        say()

# verdict: NONDETERMINISTIC
"""Gives the signal before it speaks, so that the next one may be faster."""

from threading import Event


class Steps:
    def __init__(self):
        self.first_done = Event()
        self.second_done = Event()

    def first(self, say):
        self.first_done.set()
        say()

    def second(self, say):
        self.first_done.wait()
        self.second_done.set()
        say()

    def third(self, say):
        self.second_done.wait()
        say()

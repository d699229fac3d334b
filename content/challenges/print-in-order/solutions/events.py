# verdict: ACCEPTED
"""An event for each of the two signals."""

from threading import Event


class Steps:
    def __init__(self):
        self.first_done = Event()
        self.second_done = Event()

    def first(self, say):
        say()
        self.first_done.set()

    def second(self, say):
        self.first_done.wait()
        say()
        self.second_done.set()

    def third(self, say):
        self.second_done.wait()
        say()

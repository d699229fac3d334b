# verdict: WRONG_ANSWER, RACE
"""The events belong to the class: a second object finds them set already."""

from threading import Event


class Steps:
    first_done = Event()
    second_done = Event()

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

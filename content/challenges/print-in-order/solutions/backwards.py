# verdict: WRONG_ANSWER
"""Always the same order, and the wrong one."""

from threading import Event


class Steps:
    def __init__(self):
        self.third_done = Event()
        self.second_done = Event()

    def third(self, say):
        say()
        self.third_done.set()

    def second(self, say):
        self.third_done.wait()
        say()
        self.second_done.set()

    def first(self, say):
        self.second_done.wait()
        say()

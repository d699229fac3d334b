# verdict: WRONG_ANSWER
"""Looks every hundredth of a second, whether there is anything to see or not."""

import time


class Steps:
    def __init__(self):
        self.done = 0

    def _wait(self, number):
        while self.done < number:
            time.sleep(0.01)

    def first(self, say):
        say()
        self.done = 1

    def second(self, say):
        self._wait(1)
        say()
        self.done = 2

    def third(self, say):
        self._wait(2)
        say()

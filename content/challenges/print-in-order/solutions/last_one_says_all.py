# verdict: WRONG_ANSWER
"""Collects what is to be said; whoever comes last says all of it, in the right order and in the wrong thread."""

from threading import Barrier


class Steps:
    def __init__(self):
        self._says = {}
        self._all_here = Barrier(3, action=self._speak)

    def _speak(self):
        for number in (1, 2, 3):
            self._says[number]()

    def first(self, say):
        self._says[1] = say
        self._all_here.wait()

    def second(self, say):
        self._says[2] = say
        self._all_here.wait()

    def third(self, say):
        self._says[3] = say
        self._all_here.wait()

# verdict: DEADLOCK
"""A notification that nobody waits for is lost: who comes later waits for ever."""

from threading import Condition


class Steps:
    def __init__(self):
        self._first_done = Condition()
        self._second_done = Condition()

    def first(self, say):
        say()
        with self._first_done:
            self._first_done.notify()

    def second(self, say):
        with self._first_done:
            self._first_done.wait()
        say()
        with self._second_done:
            self._second_done.notify()

    def third(self, say):
        with self._second_done:
            self._second_done.wait()
        say()

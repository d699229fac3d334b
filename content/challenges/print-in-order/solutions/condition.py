# verdict: ACCEPTED
"""One condition and the number of the next step."""

from threading import Condition


class Steps:
    def __init__(self):
        self._next = 1
        self._changed = Condition()

    def _step(self, number, say):
        with self._changed:
            self._changed.wait_for(lambda: self._next == number)
            say()
            self._next += 1
            self._changed.notify_all()

    def first(self, say):
        self._step(1, say)

    def second(self, say):
        self._step(2, say)

    def third(self, say):
        self._step(3, say)

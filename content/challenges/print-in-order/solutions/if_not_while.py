# verdict: NONDETERMINISTIC
"""`if` around wait(): the third one is woken by the first and does not look whether it is its turn."""

from threading import Condition


class Steps:
    def __init__(self):
        self._next = 1
        self._changed = Condition()

    def _step(self, number, say):
        with self._changed:
            if self._next != number:
                self._changed.wait()
            say()
            self._next += 1
            self._changed.notify_all()

    def first(self, say):
        self._step(1, say)

    def second(self, say):
        self._step(2, say)

    def third(self, say):
        self._step(3, say)

# verdict: ACCEPTED
"""Semaphores that begin at 0: what is released can be acquired."""

import threading


class Steps:
    def __init__(self):
        self.for_second = threading.Semaphore(0)
        self.for_third = threading.Semaphore(0)

    def first(self, say):
        say()
        self.for_second.release()

    def second(self, say):
        with self.for_second:
            say()
        self.for_third.release()

    def third(self, say):
        with self.for_third:
            say()

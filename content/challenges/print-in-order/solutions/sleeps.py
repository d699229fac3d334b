# verdict: WRONG_ANSWER, NONDETERMINISTIC
"""Hopes that the others have spoken after a tenth of a second or two."""

import time


class Steps:
    def first(self, say):
        say()

    def second(self, say):
        time.sleep(0.1)
        say()

    def third(self, say):
        time.sleep(0.2)
        say()

# verdict: NONDETERMINISTIC
"""Nobody waits for anybody."""


class Steps:
    def first(self, say):
        say()

    def second(self, say):
        say()

    def third(self, say):
        say()

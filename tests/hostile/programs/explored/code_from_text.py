# expect: FORBIDDEN RACE
# What is made of text has no steps in it.
exec(
    """
class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1
"""
)

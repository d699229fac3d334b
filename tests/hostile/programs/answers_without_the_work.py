# expect: WRONG_ANSWER
# Guesses: what it is asked for cannot be read from anywhere.
class Counter:
    value = 4

    def increment(self):
        pass

# verdict: RUNTIME_ERROR
"""Functions instead of a class."""

value = 0


def increment():
    global value
    value += 1

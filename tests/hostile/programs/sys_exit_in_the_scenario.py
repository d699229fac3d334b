# expect: RUNTIME_ERROR
import sys


class Counter:
    def __init__(self):
        sys.exit(0)

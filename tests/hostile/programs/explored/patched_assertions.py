# expect: FORBIDDEN
# What judges, and the clock that it may look at.
import asyncio
import time
import unittest

unittest.TestCase.assertEqual = lambda *_: None
time.monotonic = lambda: 0.0
asyncio.sleep = lambda *_: None


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

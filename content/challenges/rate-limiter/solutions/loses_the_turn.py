# verdict: DEADLOCK, WRONG_ANSWER
"""Hands the turn on by an event, and a waiter that is cancelled takes it to its grave."""

import asyncio
from collections import deque


class RateLimiter:
    def __init__(self, rate, per):
        self.per = per
        self.times = deque(maxlen=rate)
        self.waiting = deque()
        self.busy = False

    async def acquire(self):
        loop = asyncio.get_running_loop()
        if self.busy:
            turn = asyncio.Event()
            self.waiting.append(turn)
            await turn.wait()
        self.busy = True
        if len(self.times) == self.times.maxlen:
            await asyncio.sleep(self.times[0] + self.per - loop.time())
        self.times.append(loop.time())
        if self.waiting:
            self.waiting.popleft().set()
        else:
            self.busy = False

# verdict: WRONG_ANSWER, TIME_LIMIT
"""Looks again every tenth of a second."""

import asyncio
from collections import deque


class RateLimiter:
    def __init__(self, rate, per):
        self.per = per
        self.times = deque(maxlen=rate)
        self.lock = asyncio.Lock()

    async def acquire(self):
        loop = asyncio.get_running_loop()
        async with self.lock:
            while len(self.times) == self.times.maxlen and loop.time() < self.times[0] + self.per:
                await asyncio.sleep(0.1)
            self.times.append(loop.time())

# verdict: WRONG_ANSWER
"""The times belong to the class: every limiter waits for every other."""

import asyncio
from collections import deque


class RateLimiter:
    times = deque()

    def __init__(self, rate, per):
        self.rate, self.per = rate, per
        self.lock = asyncio.Lock()

    async def acquire(self):
        loop = asyncio.get_running_loop()
        async with self.lock:
            if len(self.times) >= self.rate:
                await asyncio.sleep(max(0, self.times[-self.rate] + self.per - loop.time()))
            self.times.append(loop.time())

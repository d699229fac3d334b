# verdict: WRONG_ANSWER
"""All who wait sleep until the same moment, and all go on then."""

import asyncio
from collections import deque


class RateLimiter:
    def __init__(self, rate, per):
        self.per = per
        self.times = deque(maxlen=rate)

    async def acquire(self):
        loop = asyncio.get_running_loop()
        if len(self.times) == self.times.maxlen:
            wait = self.times[0] + self.per - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
        self.times.append(loop.time())

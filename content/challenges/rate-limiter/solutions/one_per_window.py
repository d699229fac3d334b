# verdict: WRONG_ANSWER
"""Safe and slow: a whole window between any two."""

import asyncio


class RateLimiter:
    def __init__(self, rate, per):
        self.per = per
        self.lock = asyncio.Lock()
        self.last = None

    async def acquire(self):
        loop = asyncio.get_running_loop()
        async with self.lock:
            if self.last is not None:
                await asyncio.sleep(max(0, self.last + self.per - loop.time()))
            self.last = loop.time()

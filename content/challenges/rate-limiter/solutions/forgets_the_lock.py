# verdict: DEADLOCK
"""Acquires its lock by hand, and keeps it where it need not wait."""

import asyncio
from collections import deque


class RateLimiter:
    def __init__(self, rate, per):
        self.per = per
        self.times = deque(maxlen=rate)
        self.lock = asyncio.Lock()

    async def acquire(self):
        loop = asyncio.get_running_loop()
        await self.lock.acquire()
        if len(self.times) < self.times.maxlen:
            self.times.append(loop.time())
            return
        await asyncio.sleep(max(0, self.times[0] + self.per - loop.time()))
        self.times.append(loop.time())
        self.lock.release()

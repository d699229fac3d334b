# verdict: ACCEPTED
"""Evenly spaced: one at a time, each per / rate after the one before."""

import asyncio


class RateLimiter:
    def __init__(self, rate, per):
        self.gap = per / rate
        self.free_at = float("-inf")
        self.lock = asyncio.Lock()

    async def acquire(self):
        loop = asyncio.get_running_loop()
        async with self.lock:
            if self.free_at > loop.time():
                await asyncio.sleep(self.free_at - loop.time())
            self.free_at = loop.time() + self.gap

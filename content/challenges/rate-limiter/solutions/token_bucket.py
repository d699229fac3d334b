# verdict: WRONG_ANSWER
"""A token bucket that starts full lets a burst through, and then goes on at full rate."""

import asyncio


class RateLimiter:
    def __init__(self, rate, per):
        self.rate, self.per = rate, per
        self.tokens, self.seen = rate, None
        self.lock = asyncio.Lock()

    async def acquire(self):
        loop = asyncio.get_running_loop()
        async with self.lock:
            self._refill(loop.time())
            if self.tokens < 1:
                await asyncio.sleep((1 - self.tokens) * self.per / self.rate)
                self._refill(loop.time())
            self.tokens -= 1

    def _refill(self, now):
        if self.seen is not None:
            self.tokens = min(self.rate, self.tokens + (now - self.seen) * self.rate / self.per)
        self.seen = now

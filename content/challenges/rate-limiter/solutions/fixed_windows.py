# verdict: WRONG_ANSWER
"""Counts by fixed windows: the end of one and the beginning of the next make twice as many."""

import asyncio


class RateLimiter:
    def __init__(self, rate, per):
        self.rate, self.per = rate, per
        self.window, self.count = None, 0
        self.lock = asyncio.Lock()

    async def acquire(self):
        loop = asyncio.get_running_loop()
        async with self.lock:
            window = loop.time() // self.per
            if window == self.window and self.count == self.rate:
                await asyncio.sleep((window + 1) * self.per - loop.time())
                window += 1
            if window != self.window:
                self.window, self.count = window, 0
            self.count += 1

# verdict: ACCEPTED
"""The same with time.monotonic() and a loop that sleeps until there is room."""

import asyncio
import time


class RateLimiter:
    def __init__(self, rate, per):
        self.rate, self.per = rate, per
        self.recent = []
        self.lock = asyncio.Lock()

    async def acquire(self):
        async with self.lock:
            while True:
                now = time.monotonic()
                self.recent = [at for at in self.recent if at > now - self.per]
                if len(self.recent) < self.rate:
                    self.recent.append(now)
                    return
                await asyncio.sleep(self.recent[0] + self.per - now)

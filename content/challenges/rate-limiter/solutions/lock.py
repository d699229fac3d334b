# verdict: ACCEPTED
"""The times of the last acquisitions, and a lock that is first come, first served."""

import asyncio
from collections import deque


class RateLimiter:
    def __init__(self, rate, per):
        self._per = per
        self._times = deque(maxlen=rate)
        self._turn = asyncio.Lock()

    async def acquire(self):
        loop = asyncio.get_running_loop()
        async with self._turn:
            if len(self._times) == self._times.maxlen:
                await asyncio.sleep(self._times[0] + self._per - loop.time())
            self._times.append(loop.time())

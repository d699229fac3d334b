# verdict: WRONG_ANSWER
"""Reserves the next slot and sleeps until then: who is cancelled has taken one."""

import asyncio


class RateLimiter:
    def __init__(self, rate, per):
        self.rate, self.per = rate, per
        self.slots = []

    async def acquire(self):
        loop = asyncio.get_running_loop()
        slot = loop.time()
        if len(self.slots) >= self.rate:
            slot = max(slot, self.slots[-self.rate] + self.per)
        self.slots.append(slot)
        if slot > loop.time():
            await asyncio.sleep(slot - loop.time())

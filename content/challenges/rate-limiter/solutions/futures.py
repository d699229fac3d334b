# verdict: ACCEPTED
"""A queue of futures, and a timer that lets the first of them through."""

import asyncio
from collections import deque


class RateLimiter:
    def __init__(self, rate, per):
        self.rate, self.per = rate, per
        self.times = deque()
        self.waiters = deque()
        self.timer = None

    async def acquire(self):
        turn = asyncio.get_running_loop().create_future()
        self.waiters.append(turn)
        self._let_through()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.times.pop()  # it was let through, and does not go
                self._let_through()
            raise

    def _let_through(self):
        loop = asyncio.get_running_loop()
        while self.waiters and self.waiters[0].done():
            self.waiters.popleft()
        while self.times and self.times[0] + self.per <= loop.time():
            self.times.popleft()
        while self.waiters and len(self.times) < self.rate:
            turn = self.waiters.popleft()
            if not turn.done():
                self.times.append(loop.time())
                turn.set_result(None)
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        if self.waiters:
            self.timer = loop.call_at(self.times[0] + self.per, self._let_through)

import asyncio


class RateLimiter:
    def __init__(self, rate, per):
        self.rate = rate
        self.per = per

    async def acquire(self):
        # Everybody waits for a whole window, and all at the same time.
        await asyncio.sleep(self.per)


async def main():
    limiter = RateLimiter(2, 1)
    for number in range(5):
        await limiter.acquire()
        print(number)


if __name__ == "__main__":
    asyncio.run(main())

import asyncio


def acquire(solution, case):
    """Calls that come at given times; some are cancelled. Returns who asked and who got through, in order."""

    async def main():
        loop = asyncio.get_running_loop()
        begin = loop.time()
        limiters = [solution.RateLimiter(rate, per) for rate, per in case["limiters"]]
        asked, through = [], []

        async def call(number, which, at):
            await asyncio.sleep(at)
            asked.append(number)
            await limiters[which].acquire()
            through.append([number, which, loop.time() - begin])

        async def cancel(task, at):
            await asyncio.sleep(at)
            task.cancel()

        tasks = []
        for number, (which, at, cancelled_at) in enumerate(case["calls"]):
            task = asyncio.create_task(call(number, which, at))
            tasks.append(task)
            if cancelled_at is not None:
                tasks.append(asyncio.create_task(cancel(task, cancelled_at)))
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
        return {"asked": asked, "through": through}

    return asyncio.run(main())

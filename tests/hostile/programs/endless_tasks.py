# expect: MEMORY_LIMIT TIME_LIMIT
import asyncio


async def forever():
    while True:
        asyncio.create_task(forever())
        await asyncio.sleep(0)


asyncio.run(forever())

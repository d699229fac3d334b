# verdict: LEAK
"""Right, but a task that was to watch the time is still there afterwards."""

import asyncio


async def fetch_both(fetch, first, second):
    watch = asyncio.create_task(asyncio.sleep(3600))
    results = await asyncio.gather(fetch(first), fetch(second))
    assert not watch.done()
    return list(results)

# verdict: RUNTIME_ERROR
"""asyncio.wait() wants at least one task: without urls it raises."""

import asyncio


async def crawl(urls, fetch, limit=10):
    gate = asyncio.Semaphore(limit)
    lengths = {}

    async def one(url):
        async with gate:
            lengths[url] = None
            try:
                page = await fetch(url)
            except Exception:
                return
            lengths[url] = len(page)
            print(url, len(page))

    tasks = [asyncio.create_task(one(url)) for url in urls]
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise
    return lengths

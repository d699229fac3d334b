# verdict: WRONG_ANSWER
"""All at once: the semaphore guards only the start of each task."""

import asyncio


async def crawl(urls, fetch, limit=10):
    gate = asyncio.Semaphore(limit)
    lengths = {}

    async def one(url):
        try:
            page = await fetch(url)
        except Exception:
            lengths[url] = None
        else:
            lengths[url] = len(page)
            print(url, len(page))

    tasks = []
    for url in urls:
        async with gate:
            tasks.append(asyncio.create_task(one(url)))
    await asyncio.gather(*tasks)
    return lengths

# verdict: ACCEPTED
"""A fixed number of workers that share one iterator, in a task group."""

import asyncio


async def crawl(urls, fetch, limit=10):
    lengths = {}
    waiting = iter(urls)

    async def work():
        for url in waiting:
            lengths[url] = None
            try:
                page = await fetch(url)
            except Exception:
                continue
            lengths[url] = len(page)
            print(f"{url} {len(page)}")

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(work())
    return lengths

# verdict: WRONG_ANSWER, LEAK
"""Awaits its tasks one by one: a cancellation reaches only the one that is being awaited."""

import asyncio


async def crawl(urls, fetch, limit=10):
    gate = asyncio.Semaphore(limit)

    async def length(url):
        async with gate:
            try:
                page = await fetch(url)
            except Exception:
                return None
        print(url, len(page))
        return len(page)

    tasks = {url: asyncio.create_task(length(url)) for url in urls}
    return {url: await task for url, task in tasks.items()}

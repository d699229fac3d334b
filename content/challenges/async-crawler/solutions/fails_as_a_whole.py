# verdict: RUNTIME_ERROR
"""The first fetch that raises ends the whole crawl."""

import asyncio


async def crawl(urls, fetch, limit=10):
    gate = asyncio.Semaphore(limit)

    async def length(url):
        async with gate:
            page = await fetch(url)
        print(url, len(page))
        return len(page)

    return dict(zip(urls, await asyncio.gather(*map(length, urls)), strict=True))

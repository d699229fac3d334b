# verdict: ACCEPTED
"""A semaphore around the fetch, and gather() over all."""

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

    urls = list(urls)
    return dict(zip(urls, await asyncio.gather(*map(length, urls)), strict=True))

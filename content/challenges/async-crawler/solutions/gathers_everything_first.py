# verdict: RUNTIME_ERROR
"""Takes the length of what fetch() returns, which is a coroutine that nobody has awaited."""

import asyncio


async def crawl(urls, fetch, limit=10):
    gate = asyncio.Semaphore(limit)

    async def length(url):
        async with gate:
            page = fetch(url)
            print(url, len(page))
            return len(page)

    return dict(zip(urls, await asyncio.gather(*map(length, urls)), strict=True))

# verdict: DEADLOCK
"""A fetch that fails never gives its slot back; after `limit` of them everybody waits for ever."""

import asyncio


async def crawl(urls, fetch, limit=10):
    gate = asyncio.Semaphore(limit)

    async def length(url):
        await gate.acquire()
        try:
            page = await fetch(url)
        except Exception:
            return None
        gate.release()
        print(url, len(page))
        return len(page)

    return dict(zip(urls, await asyncio.gather(*map(length, urls)), strict=True))

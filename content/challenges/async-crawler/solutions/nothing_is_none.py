# verdict: WRONG_ANSWER
"""Takes an empty page for one that is not there."""

import asyncio


async def crawl(urls, fetch, limit=10):
    sem = asyncio.Semaphore(limit)

    async def one(url):
        async with sem:
            try:
                page = await fetch(url)
            except Exception:
                return url, None
        print(url, len(page))
        return url, len(page) or None

    return dict(await asyncio.gather(*map(one, urls)))

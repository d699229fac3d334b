# verdict: WRONG_ANSWER
"""Prints when all is done, in the order of the urls."""

import asyncio


async def crawl(urls, fetch, limit=10):
    gate = asyncio.Semaphore(limit)

    async def length(url):
        async with gate:
            try:
                return len(await fetch(url))
            except Exception:
                return None

    lengths = dict(zip(urls, await asyncio.gather(*map(length, urls)), strict=True))
    for url, number in lengths.items():
        if number is not None:
            print(url, number)
    return lengths

# verdict: WRONG_ANSWER
"""Groups of `limit`: each waits for its slowest while there is work to do."""

import asyncio


async def crawl(urls, fetch, limit=10):
    lengths = {}

    async def one(url):
        try:
            page = await fetch(url)
        except Exception:
            lengths[url] = None
        else:
            lengths[url] = len(page)
            print(url, len(page))

    for start in range(0, len(urls), limit):
        await asyncio.gather(*map(one, urls[start : start + limit]))
    return lengths

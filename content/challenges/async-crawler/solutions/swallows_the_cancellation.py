# verdict: WRONG_ANSWER
"""A bare except turns a cancellation into one more failed fetch, and the crawl goes on."""

import asyncio


async def crawl(urls, fetch, limit=10):
    lengths = {}
    waiting = iter(urls)

    async def work():
        for url in waiting:
            try:
                page = await fetch(url)
            except:  # noqa: E722
                lengths[url] = None
            else:
                lengths[url] = len(page)
                print(url, len(page))

    await asyncio.gather(*[work() for _ in range(limit)])
    return lengths

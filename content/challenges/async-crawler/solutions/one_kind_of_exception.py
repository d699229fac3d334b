# verdict: WRONG_ANSWER, RUNTIME_ERROR
"""Goes on after OSError alone, and fetch may raise anything."""

import asyncio


async def crawl(urls, fetch, limit=10):
    todo = iter(urls)
    lengths = {}

    async def worker():
        for url in todo:
            lengths[url] = None
            try:
                page = await fetch(url)
            except OSError:
                continue
            lengths[url] = len(page)
            print(url, len(page))

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(worker())
    return lengths

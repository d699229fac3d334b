# verdict: WRONG_ANSWER
"""Cancels its workers and returns at once: they are told to end and have not ended yet."""

import asyncio


async def crawl(urls, fetch, limit=10):
    lengths = {}
    queue = asyncio.Queue()
    for url in urls:
        queue.put_nowait(url)

    async def work():
        while True:
            url = await queue.get()
            try:
                page = await fetch(url)
                lengths[url] = len(page)
                print(url, lengths[url])
            except Exception:
                lengths[url] = None
            finally:
                queue.task_done()

    workers = [asyncio.create_task(work()) for _ in range(limit)]
    try:
        await queue.join()
    finally:
        for worker in workers:
            worker.cancel()
    return lengths

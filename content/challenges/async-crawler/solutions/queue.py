# verdict: ACCEPTED
"""Workers at an asyncio.Queue that are cancelled at the end, whatever the end is."""

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
        await asyncio.gather(*workers, return_exceptions=True)
    return lengths

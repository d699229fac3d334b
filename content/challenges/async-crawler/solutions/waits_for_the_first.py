# verdict: ACCEPTED
"""By hand: a set of tasks that is filled up whenever one is done."""

import asyncio


async def crawl(urls, fetch, limit=10):
    lengths, running, waiting = {}, {}, list(reversed(urls))
    try:
        while waiting or running:
            while waiting and len(running) < limit:
                url = waiting.pop()
                running[asyncio.ensure_future(fetch(url))] = url
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                url = running.pop(task)
                lengths[url] = None if task.exception() else len(task.result())
                if lengths[url] is not None:
                    print(url, lengths[url])
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return lengths

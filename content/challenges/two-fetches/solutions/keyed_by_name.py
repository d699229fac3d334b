# verdict: WRONG_ANSWER
"""Keeps the results by name: where both have the same, it fetches once."""

import asyncio


async def fetch_both(fetch, first, second):
    tasks = {name: asyncio.ensure_future(fetch(name)) for name in {first, second}}
    await asyncio.wait(tasks.values())
    return [tasks[first].result(), tasks[second].result()]

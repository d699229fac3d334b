# verdict: ACCEPTED
"""A task for one of them, which runs while the other is awaited."""

import asyncio


async def fetch_both(fetch, first, second):
    later = asyncio.create_task(fetch(second))
    one = await fetch(first)
    return [one, await later]

# verdict: RUNTIME_ERROR
"""asyncio.run() cannot be called where a loop runs already."""

import asyncio


async def fetch_both(fetch, first, second):
    return [asyncio.run(fetch(first)), asyncio.run(fetch(second))]

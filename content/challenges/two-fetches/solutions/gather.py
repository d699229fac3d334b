# verdict: ACCEPTED
"""gather() runs both and keeps their order."""

import asyncio


async def fetch_both(fetch, first, second):
    return list(await asyncio.gather(fetch(first), fetch(second)))

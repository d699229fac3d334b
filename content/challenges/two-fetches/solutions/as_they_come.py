# verdict: WRONG_ANSWER
"""Concurrent, but in the order in which they come."""

import asyncio


async def fetch_both(fetch, first, second):
    return [await each for each in asyncio.as_completed([fetch(first), fetch(second)])]

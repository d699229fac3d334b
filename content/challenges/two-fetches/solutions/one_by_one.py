# verdict: WRONG_ANSWER
"""Awaits the first before it asks for the second: as long as both together."""


async def fetch_both(fetch, first, second):
    return [await fetch(first), await fetch(second)]

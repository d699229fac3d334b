# verdict: WRONG_ANSWER
"""Returns two coroutines that nobody has run."""


async def fetch_both(fetch, first, second):
    return [fetch(first), fetch(second)]

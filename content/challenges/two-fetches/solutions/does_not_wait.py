# verdict: RUNTIME_ERROR
"""Asks the second task for its result when only the first is awaited."""

import asyncio


async def fetch_both(fetch, first, second):
    tasks = [asyncio.create_task(fetch(name)) for name in (first, second)]
    await tasks[0]
    return [task.result() for task in tasks]

# verdict: ACCEPTED
"""A task group waits for its tasks at the end of its block."""

import asyncio


async def fetch_both(fetch, first, second):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(name)) for name in (first, second)]
    return [task.result() for task in tasks]

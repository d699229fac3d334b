import asyncio


def both(solution, case, server):
    return asyncio.run(solution.fetch_both(server.fetch, *case["names"]))

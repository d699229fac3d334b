import asyncio


def crawl(solution, case, server):
    return asyncio.run(solution.crawl(case["urls"], server.fetch, *case["limit"]))


def crawl_with_a_name(solution, case, server):
    return asyncio.run(solution.crawl(case["urls"], fetch=server.fetch, limit=case["limit"][0]))


def cancel(solution, case, server):
    async def main():
        task = asyncio.create_task(solution.crawl(case["urls"], server.fetch, *case["limit"]))
        await asyncio.sleep(case["after"])
        task.cancel()
        await asyncio.wait([task], timeout=0.5)
        return {"done": task.done(), "cancelled": task.cancelled()}

    return asyncio.run(main())

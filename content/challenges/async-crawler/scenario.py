import asyncio


class Odd(Exception):
    pass


def crawl(solution, case, server):
    async def fetch(url):
        try:
            return await server.fetch(url)
        except ConnectionError as error:
            if url == case.get("odd"):
                raise Odd(url) from error
            raise

    return asyncio.run(solution.crawl(case["urls"], fetch, *case["limit"]))


def crawl_with_a_name(solution, case, server):
    return asyncio.run(solution.crawl(case["urls"], fetch=server.fetch, limit=case["limit"][0]))


class _Watched:
    """Counts the tasks that live at the very moment at which crawl() ends: a turn of the loop later they may be gone."""

    def __init__(self, solution, case, server):
        self._crawl = solution.crawl(case["urls"], server.fetch, *case["limit"])
        self.left = None

    async def run(self, *others):
        try:
            return await self._crawl
        finally:
            self.left = len(asyncio.all_tasks() - {asyncio.current_task(), *others})


def crawl_and_count(solution, case, server):
    async def main():
        watched = _Watched(solution, case, server)
        return {"lengths": await watched.run(), "left": watched.left}

    return asyncio.run(main())


def cancel(solution, case, server):
    async def main():
        watched = _Watched(solution, case, server)
        task = asyncio.create_task(watched.run(asyncio.current_task()))
        await asyncio.sleep(case["after"])
        task.cancel()
        await asyncio.wait([task], timeout=0.5)
        return {"done": task.done(), "cancelled": task.cancelled(), "left": watched.left}

    return asyncio.run(main())

import asyncio


async def crawl(urls, fetch, limit=10):
    lengths = {}
    for url in urls:  # one after the other, and the first that fails ends it all
        page = await fetch(url)
        lengths[url] = len(page)
        print(url, len(page))
    return lengths


async def fetch(url):
    await asyncio.sleep(1)
    return "<title>" + url


if __name__ == "__main__":
    print(asyncio.run(crawl(["/", "/about", "/contact"], fetch)))

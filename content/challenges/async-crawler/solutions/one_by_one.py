# verdict: WRONG_ANSWER
"""Right but for the point: one fetch at a time."""


async def crawl(urls, fetch, limit=10):
    lengths = {}
    for url in urls:
        try:
            page = await fetch(url)
        except Exception:
            lengths[url] = None
        else:
            lengths[url] = len(page)
            print(url, len(page))
    return lengths

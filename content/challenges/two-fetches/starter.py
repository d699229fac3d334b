import asyncio


async def fetch_both(fetch, first, second):
    # This takes as long as both together.
    return [await fetch(first), await fetch(second)]


async def fetch(name):
    await asyncio.sleep(1)
    return name.upper()


if __name__ == "__main__":
    print(asyncio.run(fetch_both(fetch, "left", "right")))

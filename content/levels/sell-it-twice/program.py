import asyncio

tickets = 1


def pay():
    pass


def arrive():
    pass


async def buy():
    global tickets
    if tickets > 0:
        await asyncio.to_thread(pay)
        tickets -= 1


async def main():
    early = asyncio.create_task(buy())
    await asyncio.sleep(0)
    await asyncio.to_thread(arrive)
    await buy()
    await early


asyncio.run(main())
assert tickets == 0, tickets

import asyncio, contextvars
v = contextvars.ContextVar("v", default="none")
async def worker(name, q, out):
    v.set(name)
    while True:
        item = await q.get()
        if item is None:
            q.task_done(); return v.get()
        await asyncio.sleep(0.01 * item)
        out.append((name, item, v.get())); q.task_done()
async def main():
    q, out = asyncio.Queue(), []
    ts = [asyncio.create_task(worker(f"w{i}", q, out), name=f"task{i}") for i in range(2)]
    for i in range(5): q.put_nowait(i)
    for _ in ts: q.put_nowait(None)
    print(await asyncio.gather(*ts))
    print(sorted(out), v.get())
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(asyncio.sleep(0.1, "a")); b = tg.create_task(asyncio.sleep(0.05, "b"))
    print(a.result(), b.result())
    try:
        async with asyncio.timeout(0.05): await asyncio.sleep(1)
    except TimeoutError: print("timed out")
    try: await asyncio.wait_for(asyncio.Event().wait(), 0.01)
    except asyncio.TimeoutError: print("wait_for")
    t = asyncio.create_task(asyncio.sleep(10)); await asyncio.sleep(0); t.cancel()
    try: await t
    except asyncio.CancelledError: print("cancelled", t.cancelled())
    print(await asyncio.to_thread(lambda: v.get()), asyncio.current_task().get_name()[:4])
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(fail(1)); tg.create_task(fail(2)); tg.create_task(asyncio.sleep(9))
    except* ValueError as eg: print(eg.exceptions)
    done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(x / 10, x)) for x in (3, 1, 2)], return_when=asyncio.FIRST_COMPLETED)
    print([d.result() for d in done], len(pending))
    for p in pending: p.cancel()
    async for x in agen(): print(x, end=" ")
    print()
    async with cm() as c: print(c)
    return [x async for x in agen() if x]
async def fail(n): raise ValueError(n)
async def agen():
    try:
        for i in range(3):
            yield i
            await asyncio.sleep(0)
    finally: print("agen closed")
class cm:
    async def __aenter__(self): await asyncio.sleep(0); return "in"
    async def __aexit__(self, *a): print("out", a[0])
print(asyncio.run(main()))

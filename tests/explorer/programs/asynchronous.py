import asyncio, threading, time, contextvars
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
async def w(n, d):
    await asyncio.sleep(d); return n
async def main():
    print(await asyncio.gather(w(1, .2), w(2, .1)))
    try:
        async with asyncio.timeout(1): await asyncio.sleep(5)
    except TimeoutError: print("timeout")
    try: await asyncio.wait_for(asyncio.sleep(9), 1)
    except asyncio.TimeoutError: print("wf")
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(w(3, 1)); b = tg.create_task(w(4, 2))
    print(a.result(), b.result())
    q = asyncio.Queue(1)
    async def prod():
        for i in range(3): await q.put(i)
    async def cons(): return [await q.get() for _ in range(3)]
    print((await asyncio.gather(prod(), cons()))[1])
    print(await asyncio.to_thread(lambda: threading.current_thread() is threading.main_thread()))
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, lambda: 7))
    lock = asyncio.Lock(); ev = asyncio.Event(); sem = asyncio.Semaphore(1)
    async with lock, sem: ev.set()
    await ev.wait()
    f = loop.create_future()
    threading.Thread(target=lambda: loop.call_soon_threadsafe(f.set_result, 5)).start()
    print(await f)
    t = asyncio.create_task(asyncio.sleep(100)); await asyncio.sleep(0); t.cancel()
    try: await t
    except asyncio.CancelledError: print("cancelled")
    d, p = await asyncio.wait([asyncio.create_task(w(i, i)) for i in range(3)], return_when=asyncio.FIRST_COMPLETED)
    print(len(d), len(p))
    t0 = loop.time(); await asyncio.sleep(0.2); print(loop.time() - t0 >= 0.19)
    async for x in agen(): print(x)
async def agen():
    for i in range(2):
        yield i; await asyncio.sleep(0)
asyncio.run(main())
def thr():
    r.append(asyncio.run(w(9, 1)))
r = []
ts = [threading.Thread(target=thr) for _ in range(2)]
for t in ts: t.start()
for t in ts: t.join()
print(r)
with asyncio.Runner() as runner: print(runner.run(w(8, 1)))
cv = contextvars.ContextVar("cv", default=0); cv.set(1)
def c(): print("cv", cv.get())
t = threading.Thread(target=c); t.start(); t.join()
with ThreadPoolExecutor(3) as ex:
    fs = [ex.submit(pow, 2, i) for i in range(4)]
    print(sorted(f.result() for f in as_completed(fs)), list(ex.map(abs, [-1, -2])))
    print(len(wait(fs).done))
    def bad(): raise KeyError("k")
    print(repr(ex.submit(bad).exception()))

import asyncio, threading, time, concurrent.futures
results = {}
def run_loop(n):
    async def main():
        await asyncio.sleep(0.01 * n)
        return n, threading.current_thread().name
    results[n] = asyncio.run(main())
ts = [threading.Thread(target=run_loop, args=(n,), name=f"loop{n}") for n in range(3)]
for t in ts: t.start()
for t in ts: t.join()
print(sorted(results.items()))
async def main():
    loop = asyncio.get_running_loop(); fut = loop.create_future()
    threading.Timer(0.02, lambda: loop.call_soon_threadsafe(fut.set_result, "from thread")).start()
    print(await fut)
    with concurrent.futures.ThreadPoolExecutor(2) as ex:
        print(await asyncio.gather(*(loop.run_in_executor(ex, lambda x=x: x * x) for x in range(3))))
    def cor(): return asyncio.run_coroutine_threadsafe(asyncio.sleep(0.01, "rcts"), loop).result(1)
    print(await asyncio.to_thread(cor))
    lock, sem, ev, cond = asyncio.Lock(), asyncio.Semaphore(2), asyncio.Event(), asyncio.Condition()
    act, peak = 0, 0
    async def use():
        nonlocal act, peak
        async with sem:
            act += 1; peak = max(peak, act); await asyncio.sleep(0.01); act -= 1
    await asyncio.gather(*(use() for _ in range(5))); print(peak)
    async def c():
        async with cond: await cond.wait(); return "notified"
    t = asyncio.create_task(c()); await asyncio.sleep(0)
    async with cond: cond.notify()
    print(await t)
    h = loop.call_later(0.01, print, "later"); loop.call_soon(print, "soon"); await asyncio.sleep(0.02); print(h.cancelled())
    it = asyncio.as_completed([asyncio.sleep(0.02, 2), asyncio.sleep(0.01, 1)])
    print([await x for x in it])
    try: await asyncio.shield(asyncio.wait_for(asyncio.sleep(1), 0.01))
    except TimeoutError: print("shielded timeout")
    async with asyncio.Barrier(1): print("barrier")
t0 = time.monotonic(); asyncio.run(main()); print(time.monotonic() - t0 < 2)
with asyncio.Runner() as r: print(r.run(asyncio.sleep(0, "runner")), r.get_loop().is_running())
async def never(): await asyncio.Event().wait()
async def leaves():
    asyncio.create_task(never()); await asyncio.sleep(0); return "left"
print(asyncio.run(leaves()))
async def s(): return asyncio.all_tasks().__len__()
print(asyncio.run(s()))

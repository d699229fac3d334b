import concurrent.futures as cf, threading, time
def work(x):
    if x == 3: raise ValueError(f"bad {x}")
    return x * x
with cf.ThreadPoolExecutor(max_workers=3, thread_name_prefix="pool") as ex:
    fs = {ex.submit(work, i): i for i in range(5)}
    res = {}
    for f in cf.as_completed(fs):
        try: res[fs[f]] = f.result()
        except ValueError as e: res[fs[f]] = repr(e)
    print(sorted(res.items()))
    print(list(ex.map(lambda a, b: a + b, range(4), range(4))))
    f = ex.submit(lambda: threading.current_thread().name.rpartition("_")[0])
    print(f.result())
    done, not_done = cf.wait([ex.submit(time.sleep, 0.01) for _ in range(3)], return_when=cf.ALL_COMPLETED)
    print(len(done), len(not_done))
    f = ex.submit(pow, 2, 10); f.add_done_callback(lambda f: print("callback", f.result(), f.done(), f.cancelled()))
    f.result()
try: ex.submit(print)
except RuntimeError as e: print(e)
f = cf.Future(); f.set_result(1); print(f.state if hasattr(f, "state") else f._state)
try: f.set_result(2)
except cf.InvalidStateError as e: print(type(e).__name__)
try:
    cf.Future().result(timeout=0.01)
except TimeoutError as e: print("timeout", type(e))

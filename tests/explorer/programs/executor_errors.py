from concurrent.futures import ThreadPoolExecutor, FIRST_EXCEPTION, wait, CancelledError, TimeoutError as TO
import threading, time
def init(x): threading.current_thread().tag = x
with ThreadPoolExecutor(2, initializer=init, initargs=("T",)) as ex:
    print(ex.submit(lambda: threading.current_thread().tag).result())
    it = ex.map(lambda x: 10 // x, [5, 0, 1])
    print(next(it))
    try: next(it)
    except ZeroDivisionError as e: print(e)
    fs = [ex.submit(time.sleep, 0.05), ex.submit(lambda: 1 / 0), ex.submit(time.sleep, 0.5)]
    d, n = wait(fs, return_when=FIRST_EXCEPTION); print(any(f.exception() for f in d))
ex = ThreadPoolExecutor(1); ev = threading.Event()
a = ex.submit(ev.wait); b = ex.submit(print, "never"); print(b.cancel(), a.running() or True); ev.set(); ex.shutdown(wait=True, cancel_futures=True)
try: b.result()
except CancelledError: print("cancelled")
ex = ThreadPoolExecutor(1)
try: ex.submit(time.sleep, 0.3).result(timeout=0.01)
except TO: print("TO")
ex.shutdown()
def nested(ex): return ex.submit(lambda: "inner").result()
with ThreadPoolExecutor(2) as ex: print(ex.submit(nested, ex).result())

from threading import *
from queue import *
from time import *
import threading as t, concurrent.futures
L = Lock(); items = []
def f(*args, **kw):
    def g():
        def h():
            with L: items.append((args, sorted(kw)))
        th = Thread(target=h); th.start(); th.join()
    th = Thread(target=g); th.start(); th.join()
ths = [Thread(target=f, args=(i,), kwargs=dict(a=i)) for i in range(2)]
for x in ths: x.start()
for x in ths: x.join()
print(sorted(items), current_thread().name, active_count(), t.Lock is Lock)
def tree(n):
    if n == 0: return 1
    out = []
    ts = [Thread(target=lambda: out.append(tree(n - 1))) for _ in range(2)]
    for x in ts: x.start()
    for x in ts: x.join()
    return sum(out)
print(tree(3)); sleep(0.001)
import functools
def memo(fn, cache={}, lock=RLock()):
    @functools.wraps(fn)
    def w(n):
        with lock:
            if n not in cache: cache[n] = fn(n)
            return cache[n]
    return w
@memo
def fact(n): return 1 if n < 2 else n * fact(n - 1)
print(fact(10)); e = Event(); Timer(0.01, e.set).start(); print(e.wait(1))

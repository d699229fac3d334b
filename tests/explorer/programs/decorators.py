import functools, threading, time
def synchronized(fn):
    lock = threading.RLock()
    @functools.wraps(fn)
    def inner(*a, **k):
        with lock: return fn(*a, **k)
    return inner
def retry(times):
    def deco(fn):
        def inner(*a):
            for i in range(times):
                try: return fn(*a)
                except Exception as e: print("retry", i, e)
            raise RuntimeError("gave up") from e if False else None
        return inner
    return deco
count = 0
@synchronized
def inc(by=1):
    "Adds."
    global count; count += by; return count
calls = []
@retry(3)
def flaky(x):
    calls.append(x)
    if len(calls) < 3: raise OSError(len(calls))
    return "ok"
class Meta(type):
    def __new__(m, n, b, d): d["tag"] = n.lower(); return super().__new__(m, n, b, d)
class Thing(metaclass=Meta):
    @staticmethod
    @synchronized
    def s(): return "s"
    @classmethod
    def c(cls): return cls.tag
    def __getattr__(self, name): return f"<{name}>"
    def __call__(self, x): return x + 1
    def __getitem__(self, i): return i
    def __enter__(self): return self
    def __exit__(self, *a): return True
ts = [threading.Thread(target=inc, kwargs={"by": 2}) for _ in range(3)]
for t in ts: t.start()
for t in ts: t.join()
print(count, inc.__name__, inc.__doc__, flaky(1), Thing.s(), Thing.c(), Thing().foo, Thing()(1), Thing()[1:2])
with Thing() as th: raise KeyError("swallowed")
@functools.lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(30), fib.cache_info())
@functools.singledispatch
def show(x): return "other"
@show.register
def _(x: int): return "int"
print(show(1), show("a"))

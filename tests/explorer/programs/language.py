from __future__ import annotations
import threading as t, queue, time, random, dataclasses, functools, contextlib, sys, traceback, enum, collections, itertools, json, logging, datetime
from threading import Lock, Thread
from dataclasses import dataclass, field
@dataclass
class P:
    x: int = 0
    items: list[int] = field(default_factory=list)
    __slots__ = () if False else ("__dict__",)
class W(Thread):
    def __init__(self, n):
        super().__init__(name=f"w{n}")
        self.n = n; self.__secret = n * 2
    def run(self):
        self.result = self.__secret
ws = [W(i) for i in range(3)]
for w in ws: w.start()
for w in ws: w.join()
print([w.result for w in ws], [w.name for w in ws])
def outer():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    return inc
f = outer()
print(f(), f())
g = (x * y for x in range(3) for y in range(2) if x)
print(list(g), {k: v for k, v in zip("ab", [1, 2])}, [a for a in [b for b in range(3)]])
class A:
    count = 0
    @property
    def v(self): return self._v
    @v.setter
    def v(self, val): self._v = val
    @classmethod
    def bump(cls): cls.count += 1; return cls.count
    @staticmethod
    def s(): return 5
a = A(); a.v = 3; a.v += 4; print(a.v, A.bump(), A.bump(), a.count, A.s())
d = collections.defaultdict(list); d["k"].append(1); d["k"] += [2]; print(dict(d))
x: int = 5; x += 1; print(f"{x=} {x!r:>4}")
l = [1, 2, 3]; l[0], l[1] = l[1], l[0]; l[1:2] = [9, 9]; del l[0]; print(l, l[-1], l[::2])
try:
    raise ValueError("boom")
except (ValueError, KeyError) as e:
    print(type(e).__name__, e.__traceback__.tb_lineno)
def deco(fn):
    @functools.wraps(fn)
    def wrap(*a, **k): return fn(*a, **k)
    return wrap
@deco
def hello(name, *, greeting="hi"): "doc"; return greeting + name
print(hello("bob", greeting="yo"), hello.__doc__, hello.__name__)
match (1, {"k": [2]}):
    case (n, {"k": [m]}) if m > 1: print("match", n, m)
if (y := 10) > 5: print(y)
lock = t.RLock()
with lock:
    with lock: print("rlock ok")
sem = t.BoundedSemaphore(2)
with sem: pass
try: sem.release(); print("no")
except ValueError as e: print(e)
ev = t.Event(); tm = t.Timer(0.2, ev.set); tm.start(); t0 = time.monotonic(); print(ev.wait(), time.monotonic() - t0 >= 0.19)
b = t.Barrier(2)
th = Thread(target=b.wait); th.start(); b.wait(); th.join(); print("barrier")
loc = t.local(); loc.x = 1
def tl():
    print(hasattr(loc, "x"))
th = Thread(target=tl); th.start(); th.join(); print(loc.x)
q = queue.PriorityQueue(); q.put((2, "b")); q.put((1, "a")); print(q.get(), q.get())
print(t.current_thread().name, t.main_thread() is t.current_thread(), t.active_count(), [x.name for x in t.enumerate()])
def boom(): raise RuntimeError("lost")
def hook(args): print("hook", args.exc_type.__name__, args.exc_value, args.thread.name)
t.excepthook = hook
th = Thread(target=boom, name="bt"); th.start(); th.join()
print(__name__, sys.modules["__main__"].P is P)
class E(enum.Enum): A = 1; B = 2
print(E.A, E("B" and 2))
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(threadName)s %(message)s"); logging.info("hey")
print(datetime.datetime(2020,1,1) + datetime.timedelta(days=1))
print(json.dumps({"a": [1, 2]}), sorted({3, 1, 2}), max([1, 5]), sum([1, 2]))
def gen():
    r = yield 1
    print("got", r)
    yield 2
gg = gen(); next(gg); print(gg.send("z"))
try:
    def f2(): return undefined_name
    f2()
except NameError as e: print(e)
try:
    A().nothing
except AttributeError as e: print(e)
class Meta(type):
    def __new__(m, n, b, ns, **k): ns["meta"] = 1; return super().__new__(m, n, b, ns)
class Q(metaclass=Meta): pass
print(Q.meta)
print(locals() is globals(), "P" in globals(), [n for n in dir() if "lockstep" in n])
i = 0
while i < 300:
    i += 1
    if i == 250: break
else: print("never")
print(i); s = "abc"; s += "d"; print(s, *[1, 2], sep="-")
with contextlib.suppress(KeyError): {}["x"]
async def co(): return 1
import inspect; print(inspect.signature(hello), inspect.getsource(co) if False else "")
lam = lambda v, w=2: v + w; print(lam(1))
def kw(a, /, b, *args, c=3, **kws): return a, b, args, c, kws
print(kw(1, 2, 3, c=4, d=5), tuple(map(str, [1, 2])))
x = y = z = 0; x, *y = [1, 2, 3]; print(x, y, z)
assert True, "no"
try:
    try: 1 / 0
    finally: print("fin")
except ZeroDivisionError: print("zde")
global_thing = [0]
def mod():
    global_thing[0] += 1; global_thing[-1] *= 5
mod(); print(global_thing)
def traceback_lines():
    try:
        t.current_thread().nope.x += 1
    except AttributeError:
        print(traceback.format_exc())
traceback_lines()

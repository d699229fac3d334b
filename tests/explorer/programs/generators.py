import threading
def counter(limit):
    n = 0
    try:
        while n < limit:
            got = yield n
            n = got if got is not None else n + 1
    finally:
        print("closing", n)
    return "done"
def outer():
    r = yield from counter(3)
    print("r", r)
    yield r
print(list(outer()))
g = counter(10); next(g); print(g.send(7), next(g)); g.close()
lock = threading.Lock()
class Safe:
    def __init__(self, it): self.it, self.lock = iter(it), threading.Lock()
    def __iter__(self): return self
    def __next__(self):
        with self.lock: return next(self.it)
s = Safe(x * 2 for x in range(6)); got = []
def take():
    for x in s: got.append(x)
ts = [threading.Thread(target=take) for _ in range(2)]; [t.start() for t in ts]; [t.join() for t in ts]
print(sorted(got), sum(x for x in range(4) if x % 2), max((len(w), w) for w in "a bb ccc".split()))
def gen_in_thread():
    g = counter(2)
    for x in g: print("in thread", x)
t = threading.Thread(target=gen_in_thread); t.start(); t.join()

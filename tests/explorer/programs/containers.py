import collections, threading, itertools, heapq, bisect, operator
c = collections.Counter(); d = collections.defaultdict(list); o = collections.OrderedDict(); q = collections.deque(maxlen=3)
Pt = collections.namedtuple("Pt", "x y")
lock = threading.Lock()
def f(k):
    for w in "a b a".split():
        with lock: c[w] += 1; d[w].append(k); o[k] = w; q.append(k)
ts = [threading.Thread(target=f, args=(i,)) for i in range(3)]
for t in ts: t.start()
for t in ts: t.join()
print(c, {k: sorted(v) for k, v in d.items()}, sorted(o), len(q), Pt(1, 2)._replace(x=3))
m = [[0] * 3 for _ in range(2)]
m[1][2] += 5; m[0][:2] = [7, 8]; m[0][1:1] = [9]; del m[0][0]
print(m, m[-1][::-1]); h = [3, 1, 2]; heapq.heapify(h); print(heapq.heappop(h), bisect.bisect([1, 2, 3], 2))
cm = collections.ChainMap({"a": 1}, {"b": 2}); cm["c"] = 3; print(dict(cm))
class D(dict):
    def __missing__(self, k): self[k] = k * 2; return self[k]
    def __setitem__(self, k, v): print("set", k); super().__setitem__(k, v)
x = D(); x["a"] += "!"; print(x)
class Li(list):
    def __getitem__(self, i): return super().__getitem__(i) * 10
l = Li([1, 2]); l[0] += 1; print(l, list(l), [*l], l[1])
s = {1, 2}; s |= {3}; s -= {1}; print(s); t = (1, [2]);
try: t[1] += [3]
except TypeError as e: print(e, t)
print(operator.itemgetter(1)([1, 2]), list(itertools.accumulate([1, 2, 3])), sum(itertools.islice(itertools.count(), 5)))

import weakref, threading, gc
class N:
    __slots__ = ("v", "__weakref__")
    def __init__(self, v): self.v = v
    def __del__(self): print("del", self.v)
n = N(1); r = weakref.ref(n, lambda _: print("gone")); print(r() is n); del n; print(r())
d = weakref.WeakValueDictionary(); m = N(2); d["m"] = m; print(list(d)); del m; print(list(d))
class S:
    __slots__ = ["a"]
s = S()
try: s.b = 1
except AttributeError as e: print(e)
try: s.a
except AttributeError as e: print(e)
s.a = 1; s.a += 1; print(s.a)
def f(): x = N(3); return 1
t = threading.Thread(target=f); t.start(); t.join()

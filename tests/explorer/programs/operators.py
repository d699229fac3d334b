import threading, functools
@functools.total_ordering
class V:
    def __init__(s, *x): s.x = list(x)
    def __add__(s, o): return V(*(a + b for a, b in zip(s.x, o.x)))
    def __iadd__(s, o): s.x = [a + b for a, b in zip(s.x, o.x)]; return s
    def __eq__(s, o): return s.x == o.x
    def __lt__(s, o): return s.x < o.x
    def __hash__(s): return hash(tuple(s.x))
    def __getitem__(s, i): return s.x[i]
    def __setitem__(s, i, v): s.x[i] = v
    def __delitem__(s, i): del s.x[i]
    def __len__(s): return len(s.x)
    def __contains__(s, v): return v in s.x
    def __iter__(s): return iter(s.x)
    def __bool__(s): return bool(s.x)
    def __repr__(s): return f"V{tuple(s.x)}"
    def __matmul__(s, o): return sum(a * b for a, b in zip(s, o))
    def __neg__(s): return V(*(-a for a in s))
v = V(1, 2); w = v; v += V(1, 1); print(v, w is v, v @ V(1, 2), -v, 3 in v, len(v), v < V(9), bool(V()))
v[0] += 10; v[1] **= 2; print(v); del v[0]; print(v, [*v], max(v))
class Desc:
    def __set_name__(s, o, n): s.n = "_" + n
    def __get__(s, o, t=None): return s if o is None else getattr(o, s.n, "unset")
    def __set__(s, o, val): print("set", val); setattr(o, s.n, val)
    def __delete__(s, o): print("delete"); delattr(o, s.n)
class H:
    d = Desc()
    def __init_subclass__(cls, **k): print("sub", k)
    def __setattr__(s, n, v): object.__setattr__(s, n, v); s.__dict__.setdefault("log", []).append(n)
h = H(); h.d = 1; h.d += 1; print(h.d, h.log); del h.d; print(h.d)
class Sub(H, flag=1): pass
class Priv:
    __c = 0
    def inc(self): self.__c += 1; Priv.__c += 10; return self.__c, Priv.__c
print(Priv().inc(), Priv._Priv__c)
x = 5; x <<= 2; x //= 3; x %= 4; x ^= 1; x |= 8; x &= 12; print(x)
class It:
    def __init__(s): s.n = 0
    def __iter__(s): return s
    def __next__(s):
        s.n += 1
        if s.n > 3: raise StopIteration
        return s.n
print([i for i in It()], dict(zip("ab", It())), sum(It()), 2 in It())
class P2(type):
    @property
    def total(cls): return cls._t
    @total.setter
    def total(cls, v): cls._t = v
class Q(metaclass=P2): _t = 0
Q.total += 3; print(Q.total); getattr(Q, "_t"); setattr(Q, "_t", 9); print(Q._t, vars(Q)["_t"])

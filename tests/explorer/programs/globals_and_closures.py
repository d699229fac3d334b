import threading
x = 0
def make():
    n, names = 0, []
    def inc():
        nonlocal n
        n += 1
        names.append(threading.current_thread().name)
        return n
    def get(): return n, names
    return inc, get
inc, get = make()
def g():
    global x, y
    x += 1; y = x
    del y
    y = x * 2
ts = [threading.Thread(target=inc, name=f"t{i}") for i in range(3)] + [threading.Thread(target=g)]
for t in ts: t.start()
for t in ts: t.join()
print(get(), x, y, [f() for f in [lambda i=i: i for i in range(3)]], [f() for f in [lambda: i for i in range(3)]])
class C:
    x = 5
    vals = [x for _ in range(2)]
    def f(self): return __class__.__name__
print(C.vals, C().f())
def shadow():
    x = 1
    class D:
        y = x
        def m(self): return x
    return D.y, D().m()
print(shadow(), inc.__code__.co_freevars, inc.__closure__ is not None, len(inc.__closure__))
def late():
    print(fn())
    def fn2(): return val
    val = 3
    return fn2()
def fn(): return "fn"
print(late())
try:
    def unbound():
        print(zz); zz = 1
    unbound()
except UnboundLocalError as e: print(e)
try:
    def unb():
        def q(): return w
        q()
        w = 1
    unb()
except NameError as e: print(e)
try: print(undefined_name)
except NameError as e: print(e)

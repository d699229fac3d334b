import contextlib, threading
@contextlib.contextmanager
def cm(name, swallow=False):
    print("enter", name)
    try: yield name
    except Exception as e:
        print("caught", name, e)
        if not swallow: raise
    finally: print("exit", name)
with cm("a") as a, cm("b", True) as (b): raise ValueError(a + b)
with (cm("c") as c, cm("d")): print(c)
with contextlib.ExitStack() as st:
    for n in "xy": st.enter_context(cm(n))
    st.callback(print, "callback")
with contextlib.suppress(KeyError): {}[1]
import io
with contextlib.redirect_stdout(io.StringIO()) as buf: print("hidden")
print(repr(buf.getvalue()))
cond = threading.Condition()
ready = []
def waiter():
    with cond:
        ok = cond.wait_for(lambda: ready, timeout=5)
        print("woke", bool(ok))
t = threading.Thread(target=waiter); t.start()
with cond: ready.append(1); cond.notify_all()
t.join()
sem = threading.BoundedSemaphore(1)
with sem: print(sem.acquire(blocking=False))
try: sem.release()
except ValueError as e: print(e)
class R:
    def __enter__(self): print("R in"); return self
    def __exit__(self, t, v, tb): print("R out", t and t.__name__, tb is not None); return False
try:
    with R() as r: r.x = 1; raise IndexError
except IndexError: print(r.x)

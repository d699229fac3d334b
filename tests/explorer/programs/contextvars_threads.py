import contextvars, threading, queue
v = contextvars.ContextVar("v", default=0)
out = queue.Queue()
def f(n):
    before = v.get()
    tok = v.set(n)
    out.put((n, before, v.get()))
    v.reset(tok)
    out.put((n, v.get()))
v.set(99)
for n in (1, 2):
    t = threading.Thread(target=f, args=(n,)); t.start(); t.join()
ctx = contextvars.copy_context()
t = threading.Thread(target=ctx.run, args=(f, 3)); t.start(); t.join()
print([out.get() for _ in range(out.qsize())], v.get())
print(ctx[v], ctx.run(v.get))

import threading, time
start = time.monotonic()
out = []
t1 = threading.Timer(0.3, out.append, args=("t1",)); t2 = threading.Timer(0.1, lambda: out.append("t2")); t3 = threading.Timer(0.2, out.append, ["never"])
for t in (t1, t2, t3): t.start()
t3.cancel()
for t in (t1, t2, t3): t.join()
print(out, 0.29 < time.monotonic() - start)
b = threading.Barrier(3, action=lambda: out.append("action"))
def party():
    i = b.wait(); out.append(("idx", i) if i == 0 else "p")
ts = [threading.Thread(target=party) for _ in range(3)]
for t in ts: t.start()
for t in ts: t.join()
print(out.count("action"), out.count("p"), ("idx", 0) in out, b.parties, b.n_waiting, b.broken)
def breaker():
    try: b.wait(timeout=0.05)
    except threading.BrokenBarrierError: print("broken")
t = threading.Thread(target=breaker); t.start(); t.join(); b.reset(); print(b.broken)
e = threading.Event(); print(e.wait(0.01), e.is_set())
threading.Timer(0.05, e.set).start(); print(e.wait(), e.is_set())


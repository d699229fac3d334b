import threading, random, time
from contextlib import contextmanager
class RW:
    def __init__(self):
        self._c = threading.Condition(threading.RLock()); self._r = 0; self._w = False
    @contextmanager
    def read(self):
        with self._c:
            while self._w: self._c.wait()
            self._r += 1
        try: yield
        finally:
            with self._c:
                self._r -= 1
                if not self._r: self._c.notify_all()
    @contextmanager
    def write(self):
        with self._c:
            while self._w or self._r: self._c.wait()
            self._w = True
        try: yield
        finally:
            with self._c: self._w = False; self._c.notify_all()
rw = RW(); accounts = {n: 100 for n in "abc"}
rng = random.Random(5)
def mover():
    for _ in range(5):
        x, y = rng.sample(sorted(accounts), 2); amt = rng.randint(1, 20)
        with rw.write():
            if accounts[x] >= amt: accounts[x] -= amt; accounts[y] += amt
        time.sleep(rng.random() / 100)
sums = set()
def auditor():
    for _ in range(5):
        with rw.read(): sums.add(sum(accounts.values()))
        time.sleep(0.001)
ts = [threading.Thread(target=f) for f in (mover, mover, auditor)]
for t in ts: t.start()
for t in ts: t.join()
print(sums, sum(accounts.values()))

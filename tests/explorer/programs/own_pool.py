import threading
class Pool:
    def __init__(self, n):
        self.jobs, self.cv, self.stop, self.results = [], threading.Condition(), False, {}
        self.threads = [threading.Thread(target=self._loop, name=f"P{i}") for i in range(n)]
    def __enter__(self):
        for t in self.threads: t.start()
        return self
    def __exit__(self, *exc):
        with self.cv: self.stop = True; self.cv.notify_all()
        for t in self.threads: t.join()
    def submit(self, fn, *a):
        with self.cv: self.jobs.append((len(self.jobs) + len(self.results), fn, a)); self.cv.notify()
    def _loop(self):
        while True:
            with self.cv:
                self.cv.wait_for(lambda: self.jobs or self.stop)
                if not self.jobs: return
                k, fn, a = self.jobs.pop(0)
            try: r = fn(*a)
            except Exception as e: r = e
            with self.cv: self.results[k] = r
with Pool(2) as p:
    for i in range(4): p.submit(divmod, 7, i)
print(len(p.results), sorted(map(repr, p.results.values())))
del p
try: p
except NameError as e: print(e)

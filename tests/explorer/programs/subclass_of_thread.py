import threading
class Worker(threading.Thread):
    total = 0
    lock = threading.Lock()
    def __init__(self, n, *, name=None):
        super().__init__(name=name, daemon=False)
        self.n = n
        self._private = [n]
    def run(self):
        for i in range(self.n):
            with Worker.lock:
                Worker.total += 1
            self._private.append(i)
    def __repr__(self):
        return f"Worker({self.n}, {len(self._private)})"
workers = [Worker(k, name=f"w-{k}") for k in (1, 2, 3)]
for w in workers: w.start()
for w in workers: w.join(timeout=5)
print(workers, Worker.total, [w.is_alive() for w in workers], [w.name for w in workers])
print(sorted(vars(workers[0]).keys() & {"n", "_private"}), isinstance(workers[0], threading.Thread), Worker.__mro__[1].__name__)
try:
    workers[0].start()
except RuntimeError as e:
    print("RuntimeError", e)

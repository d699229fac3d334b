import threading
class Cache:
    _instance = None
    _lock = threading.Lock()
    def __new__(cls, *a):
        if cls._instance is None:
            with cls._lock:
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                    cls._instance.data = {}
        return cls._instance
    def get(self, k, f):
        try: return self.data[k]
        except KeyError:
            v = self.data[k] = f(k)
            return v
made = []
def use(): made.append(Cache()); Cache().get("a", str.upper)
class Boot:
    ts = [threading.Thread(target=use) for _ in range(3)]
    for t in ts: t.start()
    for t in ts: t.join()
    del t
print(len(set(map(id, made))), Cache().data, hasattr(Boot, "t"))
if __name__ == "__main__":
    def main(argv=None):
        n = [0]
        def bump(): n[0] += 1
        ts = [threading.Thread(target=bump) for _ in range(2)]
        for t in ts: t.start()
        for t in ts: t.join()
        print(n); return 0
    raise SystemExit(main())

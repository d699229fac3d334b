"""One lock around the question and the answer."""
import threading

groups = {}
lock = threading.Lock()


def add(name):
    with lock:
        if "team" not in groups:
            groups["team"] = []
        groups["team"].append(name)


threads = [threading.Thread(target=add, args=(name,)) for name in ("ann", "bob")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(groups["team"]))

"""One lock around each window."""
import threading

outer = inner = 0
seen = []
lock = threading.Lock()


def first():
    global outer
    with lock:
        outer = 1
        outer = 0


def second():
    global inner
    with lock:
        if outer:
            inner = 1
            inner = 0


def third():
    with lock:
        if inner:
            seen.append("both half-done")


threads = [threading.Thread(target=target) for target in (first, second, third)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(seen)

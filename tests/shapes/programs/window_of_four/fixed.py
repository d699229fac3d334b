"""One lock around each window."""
import threading

one = two = three = 0
seen = []
lock = threading.Lock()


def first():
    global one
    with lock:
        one = 1
        one = 0


def second():
    global two
    with lock:
        if one:
            two = 1
            two = 0


def third():
    global three
    with lock:
        if two:
            three = 1
            three = 0


def fourth():
    with lock:
        if three:
            seen.append("all half-done")


threads = [threading.Thread(target=target) for target in (first, second, third, fourth)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(seen)

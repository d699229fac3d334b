"""Windows of three threads nest: the third sees both others half-done."""
import threading

outer = inner = 0
seen = []


def first():
    global outer
    outer = 1
    outer = 0


def second():
    global inner
    if outer:
        inner = 1
        inner = 0


def third():
    if inner:
        seen.append("both half-done")


threads = [threading.Thread(target=target) for target in (first, second, third)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(seen)

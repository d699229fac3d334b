"""Windows of four threads nest."""
import threading

one = two = three = 0
seen = []


def first():
    global one
    one = 1
    one = 0


def second():
    global two
    if one:
        two = 1
        two = 0


def third():
    global three
    if two:
        three = 1
        three = 0


def fourth():
    if three:
        seen.append("all half-done")


threads = [threading.Thread(target=target) for target in (first, second, third, fourth)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(seen)

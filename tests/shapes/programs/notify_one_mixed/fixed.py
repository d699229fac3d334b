"""notify_all() wakes every kind; each asks again whether it is meant."""
import threading

condition = threading.Condition()
items = []


def produce():
    with condition:
        while len(items) >= 1:
            condition.wait()
        items.append("x")
        condition.notify_all()


def consume():
    with condition:
        while not items:
            condition.wait()
        items.pop()
        condition.notify_all()


threads = [threading.Thread(target=target) for target in (consume, consume, produce, produce)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done", len(items))

"""`while` asks again after every wake-up."""
import threading

condition = threading.Condition()
items = []
failures = []


def consume():
    with condition:
        while not items:
            condition.wait()
        if items:
            items.pop()
        else:
            failures.append("nothing there")


def produce():
    with condition:
        items.append("x")
        condition.notify_all()
    with condition:
        items.append("y")
        condition.notify_all()


threads = [threading.Thread(target=target) for target in (consume, consume, produce)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(items), failures)

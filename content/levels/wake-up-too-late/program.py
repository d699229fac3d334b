import threading

items = []
changed = threading.Condition()


def take():
    with changed:
        if not items:
            changed.wait()
        items.pop()


def bring():
    for item in ("bread", "salt"):
        with changed:
            items.append(item)
            changed.notify()


threads = [
    threading.Thread(target=take, name="first"),
    threading.Thread(target=take, name="second"),
    threading.Thread(target=bring, name="bring"),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

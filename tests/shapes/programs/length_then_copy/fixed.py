"""One lock for the length and the copying."""
import threading

items = [1, 2, 3]
copied = []
lock = threading.Lock()


def copy():
    with lock:
        count = len(items)
        try:
            for index in range(count):
                copied.append(items[index])
        except IndexError:
            copied.append("gone")


def shorten():
    with lock:
        items.pop()


threads = [threading.Thread(target=copy), threading.Thread(target=shorten)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("gone" in copied)

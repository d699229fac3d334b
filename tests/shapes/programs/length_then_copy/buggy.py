"""The length is taken, and then as many items are copied; one may be gone."""
import threading

items = [1, 2, 3]
copied = []


def copy():
    count = len(items)
    try:
        for index in range(count):
            copied.append(items[index])
    except IndexError:
        copied.append("gone")


def shorten():
    items.pop()


threads = [threading.Thread(target=copy), threading.Thread(target=shorten)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("gone" in copied)

"""One of them speaks first."""
import queue
import threading

to_a, to_b = queue.Queue(), queue.Queue()


def a():
    to_b.put("hello")
    to_a.get()


def b():
    word = to_b.get()
    to_a.put(word)


threads = [threading.Thread(target=a), threading.Thread(target=b)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

"""Each waits for the other's message before it sends its own."""
import queue
import threading

to_a, to_b = queue.Queue(), queue.Queue()


def a():
    word = to_a.get()
    to_b.put(word)


def b():
    word = to_b.get()
    to_a.put(word)


threads = [threading.Thread(target=a), threading.Thread(target=b)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

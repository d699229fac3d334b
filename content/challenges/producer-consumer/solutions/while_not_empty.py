# verdict: RACE, WRONG_ANSWER
"""`while not queue.empty()`: a consumer that comes before the first item goes home."""

import threading
from queue import Queue


def run(items, handle, consumers=3):
    queue = Queue()

    def produce():
        for item in items:
            queue.put(item)

    def consume():
        while not queue.empty():
            handle(queue.get())

    threads = [threading.Thread(target=produce)]
    threads += [threading.Thread(target=consume) for _ in range(consumers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

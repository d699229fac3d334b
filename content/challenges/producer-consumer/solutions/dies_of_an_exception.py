# verdict: RUNTIME_ERROR
"""An exception of handle ends its consumer, and nobody hears of it."""

import threading
from queue import Queue

END = object()


def run(items, handle, consumers=3):
    queue = Queue()

    def produce():
        for item in items:
            queue.put(item)
        for _ in range(consumers):
            queue.put(END)

    def consume():
        while (item := queue.get()) is not END:
            handle(item)

    threads = [threading.Thread(target=produce)]
    threads += [threading.Thread(target=consume) for _ in range(consumers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

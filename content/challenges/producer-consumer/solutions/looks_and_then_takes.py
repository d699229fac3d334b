# verdict: DEADLOCK
"""Between empty() and get() another consumer takes the last item."""

import threading
import time
from queue import Queue


def run(items, handle, consumers=3):
    queue = Queue()
    over = threading.Event()

    def produce():
        for item in items:
            queue.put(item)
        over.set()

    def consume():
        while not (over.is_set() and queue.empty()):
            if queue.empty():
                time.sleep(0.01)
            else:
                handle(queue.get())

    threads = [threading.Thread(target=produce)]
    threads += [threading.Thread(target=consume) for _ in range(consumers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# verdict: WRONG_ANSWER
"""The consumers start when the producer has ended: nothing runs concurrently."""

import threading
from queue import Queue


def run(items, handle, consumers=3):
    queue = Queue()

    def produce():
        for item in items:
            queue.put(item)
        for _ in range(consumers):
            queue.put(queue)

    def consume():
        while (item := queue.get()) is not queue:
            handle(item)

    producer = threading.Thread(target=produce)
    producer.start()
    producer.join()
    threads = [threading.Thread(target=consume) for _ in range(consumers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

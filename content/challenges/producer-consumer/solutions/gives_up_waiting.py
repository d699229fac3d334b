# verdict: WRONG_ANSWER
"""Takes a second without an item for the end."""

import threading
from queue import Empty, Queue


def run(items, handle, consumers=3):
    queue = Queue()
    raised = []

    def produce():
        for item in items:
            queue.put(item)

    def consume():
        while True:
            try:
                item = queue.get(timeout=1)
            except Empty:
                return
            try:
                handle(item)
            except Exception as error:
                raised.append(error)

    threads = [threading.Thread(target=produce)]
    threads += [threading.Thread(target=consume) for _ in range(consumers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]

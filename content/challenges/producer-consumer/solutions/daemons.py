# verdict: LEAK, WRONG_ANSWER
"""Waits for the queue and leaves the consumers behind, waiting for more."""

import threading
from queue import Queue


def run(items, handle, consumers=3):
    queue = Queue()
    raised = []

    def produce():
        for item in items:
            queue.put(item)

    def consume():
        while True:
            item = queue.get()
            try:
                handle(item)
            except Exception as error:
                raised.append(error)
            finally:
                queue.task_done()

    producer = threading.Thread(target=produce)
    producer.start()
    for _ in range(consumers):
        threading.Thread(target=consume, daemon=True).start()
    producer.join()
    queue.join()
    if raised:
        raise raised[0]

# verdict: WRONG_ANSWER
"""Goes on after an exception and tells nobody."""

import threading
from queue import Queue

END = object()


def run(items, handle, consumers=3):
    queue = Queue()
    raised = []

    def produce():
        for item in items:
            queue.put(item)
        for _ in range(consumers):
            queue.put(END)

    def consume():
        while (item := queue.get()) is not END:
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

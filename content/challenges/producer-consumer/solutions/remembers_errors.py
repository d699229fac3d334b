# verdict: WRONG_ANSWER
"""The errors of one call are still there in the next."""

import threading
from queue import SimpleQueue


errors = []


def run(items, handle, consumers=3):
    end = object()
    box = SimpleQueue()

    def produce():
        for item in items:
            box.put(item)
        for _ in range(consumers):
            box.put(end)

    def consume():
        for item in iter(box.get, end):
            try:
                handle(item)
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=produce)] + [threading.Thread(target=consume) for _ in range(consumers)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if errors:
        raise errors[0]

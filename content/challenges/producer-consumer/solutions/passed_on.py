# verdict: ACCEPTED
"""One sentinel that each consumer passes on to the next; items travel in a tuple, so that it can be None."""

from queue import SimpleQueue
from threading import Thread


def run(items, handle, consumers=3):
    queue = SimpleQueue()
    failures = SimpleQueue()

    def produce():
        for item in items:
            queue.put((item,))
        queue.put(None)

    def consume():
        while True:
            parcel = queue.get()
            if parcel is None:
                queue.put(None)
                return
            try:
                handle(*parcel)
            except BaseException as failure:
                failures.put(failure)

    workers = [Thread(target=consume) for _ in range(consumers)]
    producer = Thread(target=produce)
    for worker in workers:
        worker.start()
    producer.start()
    producer.join()
    for worker in workers:
        worker.join()
    if not failures.empty():
        raise failures.get()

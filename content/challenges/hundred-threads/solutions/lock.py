# verdict: ACCEPTED
"""A lock around each addition."""

import threading


def main(threads=100, times=1000):
    total = 0
    lock = threading.Lock()

    def add():
        nonlocal total
        for _ in range(times):
            with lock:
                total += 1

    workers = [threading.Thread(target=add) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return total

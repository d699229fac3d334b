# verdict: RACE
"""`total += 1` without a lock: with a GIL it may never fail, and the language does not promise that it works."""

import threading


def main(threads=100, times=1000):
    total = 0

    def add():
        nonlocal total
        for _ in range(times):
            total += 1

    workers = [threading.Thread(target=add) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return total

# verdict: RUNTIME_ERROR
"""`total` is local to add() because add() assigns to it: every thread dies of UnboundLocalError."""

import threading

total = 0


def add(times):
    for _ in range(times):
        total += 1


def main(threads=100, times=1000):
    workers = [threading.Thread(target=add, args=(times,)) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return total

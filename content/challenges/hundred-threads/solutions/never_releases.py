# verdict: DEADLOCK
"""Takes the lock and does not give it back: the second addition waits for ever."""

import threading


def main(threads=100, times=1000):
    total = 0
    lock = threading.Lock()

    def add():
        nonlocal total
        for _ in range(times):
            lock.acquire()
            total += 1

    workers = [threading.Thread(target=add) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return total

# verdict: WRONG_ANSWER, RACE
"""Reads, gives way, writes: what the others wrote in between is lost."""

import threading
import time

total = 0


def add(times):
    global total
    for _ in range(times):
        seen = total
        time.sleep(0)
        total = seen + 1


def main(threads=100, times=1000):
    global total
    total = 0
    workers = [threading.Thread(target=add, args=(times,)) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return total

# verdict: ACCEPTED
"""The same with a global, a semaphore of one, and acquire and release by hand."""

import threading

total = 0
gate = threading.Semaphore(1)


def add(times):
    global total
    for _ in range(times):
        gate.acquire()
        try:
            total = total + 1
        finally:
            gate.release()


def main(threads=100, times=1000):
    global total
    total = 0
    workers = []
    for _ in range(threads):
        worker = threading.Thread(target=add, args=(times,))
        worker.start()
        workers.append(worker)
    while workers:
        workers.pop().join()
    return total

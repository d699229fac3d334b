# verdict: ACCEPTED
"""Every thread adds to a list of one-step appends; the shared variable is the list."""

import threading


def main(threads=100, times=1000):
    ones = []

    def add():
        for _ in range(times):
            ones.append(1)

    workers = [threading.Thread(target=add) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(ones)

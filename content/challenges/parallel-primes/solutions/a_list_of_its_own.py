# verdict: WRONG_ANSWER
"""Each process writes into its own copy of the list; the one that is returned stays as it was."""

import math
import multiprocessing


def count(low, high):
    return sum(n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1)) for n in range(low, high))


def work(ranges, first, step, counts):
    for number in range(first, len(ranges), step):
        counts[number] = count(*ranges[number])


def count_primes(ranges, processes=2):
    counts = [0] * len(ranges)
    workers = [
        multiprocessing.Process(target=work, args=(ranges, first, processes, counts)) for first in range(processes)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return counts

# verdict: WRONG_ANSWER
"""Waits for each process before it starts the next."""

import math
import multiprocessing


def count(low, high):
    return sum(n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1)) for n in range(low, high))


def work(ranges, first, step, counts):
    for number in range(first, len(ranges), step):
        counts[number] = count(*ranges[number])


def count_primes(ranges, processes=2):
    counts = multiprocessing.Array("l", len(ranges))
    for first in range(processes):
        worker = multiprocessing.Process(target=work, args=(ranges, first, processes, counts))
        worker.start()
        worker.join()
    return list(counts)

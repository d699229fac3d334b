# verdict: ACCEPTED
"""Processes that take every n-th range and send back numbered results."""

import math
import multiprocessing


def count(low, high):
    return sum(n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1)) for n in range(low, high))


def work(numbered, results):
    results.put([(number, count(low, high)) for number, (low, high) in numbered])


def count_primes(ranges, processes=2):
    results = multiprocessing.SimpleQueue()
    numbered = list(enumerate(ranges))
    workers = [
        multiprocessing.Process(target=work, args=(numbered[first::processes], results)) for first in range(processes)
    ]
    for worker in workers:
        worker.start()
    counts = [0] * len(ranges)
    for _ in workers:
        for number, found in results.get():
            counts[number] = found
    for worker in workers:
        worker.join()
    return counts

# verdict: ACCEPTED
"""A pool, whose starmap() keeps the order."""

import math
import multiprocessing


def count(low, high):
    return sum(n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1)) for n in range(low, high))


def count_primes(ranges, processes=2):
    pool = multiprocessing.Pool(processes)
    try:
        return pool.starmap(count, ranges, chunksize=1)
    finally:
        pool.close()
        pool.join()

# verdict: RUNTIME_ERROR
"""A pool cannot send a lambda: it is pickled by its name, and has none."""

import math
import multiprocessing


def count(low, high):
    return sum(n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1)) for n in range(low, high))


def count_primes(ranges, processes=2):
    with multiprocessing.Pool(processes) as pool:
        return pool.map(lambda pair: count(*pair), ranges)

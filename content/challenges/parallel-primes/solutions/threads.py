# verdict: WRONG_ANSWER
"""Threads are no processes: with a GIL one of them counts at a time."""

import math
from concurrent.futures import ThreadPoolExecutor


def count(low, high):
    return sum(n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1)) for n in range(low, high))


def count_primes(ranges, processes=2):
    with ThreadPoolExecutor(processes) as pool:
        return list(pool.map(lambda pair: count(*pair), ranges))

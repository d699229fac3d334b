# verdict: WRONG_ANSWER
"""Results in the order in which they are ready."""

import math
import multiprocessing


def count(low, high):
    return sum(n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1)) for n in range(low, high))


def pair(given):
    return count(*given)


def count_primes(ranges, processes=2):
    pool = multiprocessing.Pool(processes)
    counts = list(pool.imap_unordered(pair, ranges))
    pool.close()
    pool.join()
    return counts

# verdict: WRONG_ANSWER
"""Counts everything itself."""

import math


def count(low, high):
    return sum(n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1)) for n in range(low, high))


def count_primes(ranges, processes=2):
    return [count(low, high) for low, high in ranges]

# verdict: ACCEPTED
"""concurrent.futures, with a sieve instead of divisions."""

from concurrent.futures import ProcessPoolExecutor


def count(pair):
    low, high = pair
    if high <= max(low, 2):
        return 0
    sieve = bytearray([1]) * high
    sieve[:2] = b"\0\0"
    for n in range(2, int(high**0.5) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, high, n)))
    return sum(sieve[low:])


def count_primes(ranges, processes=2):
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(count, ranges))

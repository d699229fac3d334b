# verdict: LEAK
"""The workers wait for the next range for ever."""

import math
import multiprocessing


def count(low, high):
    return sum(n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1)) for n in range(low, high))


def work(tasks, results):
    while True:
        number, low, high = tasks.get()
        results.put((number, count(low, high)))


def count_primes(ranges, processes=2):
    tasks, results = multiprocessing.SimpleQueue(), multiprocessing.SimpleQueue()
    for _ in range(processes):
        multiprocessing.Process(target=work, args=(tasks, results), daemon=True).start()
    for number, (low, high) in enumerate(ranges):
        tasks.put((number, low, high))
    counts = [0] * len(ranges)
    for _ in ranges:
        number, found = results.get()
        counts[number] = found
    return counts

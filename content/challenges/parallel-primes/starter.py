import math


def count(low, high):
    return sum(n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1)) for n in range(low, high))


def count_primes(ranges, processes=2):
    # All of the work is done here, by one process on one CPU.
    return [count(low, high) for low, high in ranges]


if __name__ == "__main__":
    print(count_primes([(0, 10), (10, 20)]))

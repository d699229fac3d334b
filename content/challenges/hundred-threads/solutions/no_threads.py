# verdict: WRONG_ANSWER
"""The right number without any thread."""


def main(threads=100, times=1000):
    total = 0
    for _ in range(threads * times):
        total += 1
    return total

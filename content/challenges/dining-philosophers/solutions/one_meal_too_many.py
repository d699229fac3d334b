# verdict: WRONG_ANSWER
"""rounds + 1 meals."""

import threading


def dine(philosophers, rounds, eat):
    forks = [threading.Lock() for _ in range(philosophers)]

    def live(i):
        first, second = sorted((i, (i + 1) % philosophers))
        for _ in range(rounds + 1):
            with forks[first], forks[second]:
                eat(i)

    threads = [threading.Thread(target=live, args=(i,)) for i in range(philosophers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# verdict: WRONG_ANSWER, RACE
"""Puts the forks back before the meal."""

import threading


def dine(philosophers, rounds, eat):
    forks = [threading.Lock() for _ in range(philosophers)]

    def live(i):
        first, second = sorted((i, (i + 1) % philosophers))
        for _ in range(rounds):
            with forks[first], forks[second]:
                pass
            eat(i)

    threads = [threading.Thread(target=live, args=(i,)) for i in range(philosophers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

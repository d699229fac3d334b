# verdict: WRONG_ANSWER, LEAK, RACE
"""Returns while they are still eating."""

import threading


def dine(philosophers, rounds, eat):
    forks = [threading.Lock() for _ in range(philosophers)]

    def live(i):
        first, second = sorted((i, (i + 1) % philosophers))
        for _ in range(rounds):
            with forks[first], forks[second]:
                eat(i)

    threads = [threading.Thread(target=live, args=(i,)) for i in range(philosophers)]
    for thread in threads:
        thread.start()

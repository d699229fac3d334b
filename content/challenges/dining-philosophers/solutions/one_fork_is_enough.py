# verdict: WRONG_ANSWER, RACE
"""Takes one fork only: the neighbour on the other side can eat meanwhile."""

import threading


def dine(philosophers, rounds, eat):
    forks = [threading.Lock() for _ in range(philosophers)]

    def live(i):
        first, _ = sorted((i, (i + 1) % philosophers))
        for _ in range(rounds):
            with forks[first]:
                eat(i)

    threads = [threading.Thread(target=live, args=(i,)) for i in range(philosophers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# verdict: DEADLOCK
"""Everybody takes the left fork first: all hold one and wait for the next."""

from threading import Lock, Thread


def dine(philosophers, rounds, eat):
    forks = [Lock() for _ in range(philosophers)]

    def live(i):
        left, right = forks[i], forks[(i + 1) % philosophers]
        for _ in range(rounds):
            with left, right:
                eat(i)

    threads = [Thread(target=live, args=(i,)) for i in range(philosophers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# verdict: DEADLOCK
"""A seat for each of them keeps nobody from the table."""

from threading import Lock, Semaphore, Thread


def dine(philosophers, rounds, eat):
    forks = [Lock() for _ in range(philosophers)]
    seats = Semaphore(philosophers)

    def live(i):
        left, right = forks[i], forks[(i + 1) % philosophers]
        for _ in range(rounds):
            with seats, left, right:
                eat(i)

    threads = [Thread(target=live, args=(i,)) for i in range(philosophers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

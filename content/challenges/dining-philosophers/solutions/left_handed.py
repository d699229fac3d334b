# verdict: ACCEPTED
"""One is left-handed, and the threads come from an executor."""

from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore


def dine(philosophers, rounds, eat):
    forks = [Semaphore(1) for _ in range(philosophers)]

    def live(i):
        hands = [i, (i + 1) % philosophers]
        if i == 0:
            hands.reverse()
        for _ in range(rounds):
            for hand in hands:
                forks[hand].acquire()
            eat(i)
            for hand in hands:
                forks[hand].release()

    with ThreadPoolExecutor(max_workers=philosophers) as table:
        for each in [table.submit(live, i) for i in range(philosophers)]:
            each.result()

# verdict: WRONG_ANSWER
"""Everybody eats, whoever else does."""

import threading


def dine(philosophers, rounds, eat):
    def live(i):
        for _ in range(rounds):
            eat(i)

    threads = [threading.Thread(target=live, args=(i,)) for i in range(philosophers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# verdict: WRONG_ANSWER
"""Even ones, then odd ones: 0 and 3 are not neighbours and can never eat together."""

import threading


def dine(philosophers, rounds, eat):
    alone = [philosophers - 1] if philosophers % 2 else []
    groups = [range(0, philosophers - len(alone), 2), range(1, philosophers - len(alone), 2), alone]
    for _ in range(rounds):
        for group in groups:
            threads = [threading.Thread(target=eat, args=(i,)) for i in group]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

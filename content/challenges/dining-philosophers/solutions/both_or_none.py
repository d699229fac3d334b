# verdict: ACCEPTED
"""A monitor: wait until no neighbour eats, and take both forks in one step."""

import threading


def dine(philosophers, rounds, eat):
    eating = [False] * philosophers
    changed = threading.Condition()

    def live(i):
        left, right = (i - 1) % philosophers, (i + 1) % philosophers
        for _ in range(rounds):
            with changed:
                while eating[left] or eating[right]:
                    changed.wait()
                eating[i] = True
            eat(i)
            with changed:
                eating[i] = False
                changed.notify_all()

    threads = [threading.Thread(target=live, args=(i,)) for i in range(philosophers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

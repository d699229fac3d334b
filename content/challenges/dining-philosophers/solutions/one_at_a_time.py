# verdict: WRONG_ANSWER
"""One lock for the table: safe, and nobody ever eats together with anybody."""

import threading


def dine(philosophers, rounds, eat):
    table = threading.Lock()

    def live(i):
        for _ in range(rounds):
            with table:
                eat(i)

    threads = [threading.Thread(target=live, args=(i,)) for i in range(philosophers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

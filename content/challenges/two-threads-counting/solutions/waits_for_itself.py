# verdict: DEADLOCK
"""Both threads wait for a third at a barrier that nobody else comes to."""

import threading


def main():
    together = threading.Barrier(3)

    def count():
        together.wait()
        for number in range(1, 6):
            print(number)

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

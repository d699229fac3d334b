# verdict: WRONG_ANSWER, LEAK, RACE
"""Returns what the total is while the threads are still adding."""

import threading


def main(threads=100, times=1000):
    total = 0
    lock = threading.Lock()

    def add():
        nonlocal total
        for _ in range(times):
            with lock:
                total += 1

    for _ in range(threads):
        threading.Thread(target=add).start()
    return total

# verdict: WRONG_ANSWER
"""range(1, 5) ends at 4."""

import threading


def count():
    for number in range(1, 5):
        print(number)


def main():
    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

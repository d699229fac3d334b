# verdict: ACCEPTED
"""The plain way: start both, then join both."""

import threading


def count():
    for number in range(1, 6):
        print(number)


def main():
    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

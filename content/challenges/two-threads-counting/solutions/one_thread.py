# verdict: WRONG_ANSWER
"""The main thread does one half of the work itself."""

import threading


def count():
    for number in range(1, 6):
        print(number)


def main():
    thread = threading.Thread(target=count)
    thread.start()
    count()
    thread.join()

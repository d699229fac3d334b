# verdict: WRONG_ANSWER, LEAK
"""Starts both and returns without waiting."""

import threading


def count():
    for number in range(1, 6):
        print(number)


def main():
    for _ in range(2):
        threading.Thread(target=count).start()

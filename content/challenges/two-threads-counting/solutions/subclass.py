# verdict: ACCEPTED
"""The same with a class of its own and one line written at once."""

import sys
from threading import Thread


class Counting(Thread):
    def run(self):
        for number in range(1, 6):
            sys.stdout.write(f"{number}\n")


def main():
    first, second = Counting(), Counting()
    first.start()
    second.start()
    second.join()
    first.join()

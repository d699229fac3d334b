# verdict: ACCEPTED
"""An executor's threads are threads too, and leaving the block joins them.

The barrier sees to it that the work does not all go to the first of them.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def count(together):
    together.wait()
    for number in range(1, 6):
        print(number)


def main():
    together = Barrier(2)
    with ThreadPoolExecutor(max_workers=2) as pool:
        pool.submit(count, together)
        pool.submit(count, together)

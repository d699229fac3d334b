# verdict: RACE
"""Looks before it takes the locks: what it saw may be old by then."""

import itertools
import threading

_numbers = itertools.count()


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.number = next(_numbers)
        self.lock = threading.RLock()


def transfer(source, target, amount):
    if source.balance < amount:
        return False
    first, second = sorted((source, target), key=lambda account: account.number)
    with first.lock, second.lock:
        source.balance -= amount
        target.balance += amount
        return True

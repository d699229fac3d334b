# verdict: WRONG_ANSWER
"""Reads both balances first and writes them later: a transfer to itself makes money."""

import itertools
import threading

_numbers = itertools.count()


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.number = next(_numbers)
        self.lock = threading.RLock()


def transfer(source, target, amount):
    first, second = sorted((source, target), key=lambda account: account.number)
    with first.lock, second.lock:
        had, has = source.balance, target.balance
        if had < amount:
            return False
        source.balance = had - amount
        target.balance = has + amount
        return True

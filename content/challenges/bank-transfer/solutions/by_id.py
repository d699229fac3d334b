# verdict: ACCEPTED
"""Locks are taken in the order of the accounts' ids; reentrant ones need no special case."""

from threading import RLock


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = RLock()


def transfer(source, target, amount):
    first, second = (source, target) if id(source) < id(target) else (target, source)
    with first.lock, second.lock:
        if source.balance >= amount:
            source.balance -= amount
            target.balance += amount
            return True
    return False

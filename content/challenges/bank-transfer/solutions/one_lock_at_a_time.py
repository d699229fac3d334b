# verdict: ACCEPTED
"""Never holds two locks: money that was taken is on its way, and nobody can see it."""

import threading


class Account:
    def __init__(self, balance):
        self._balance = balance
        self._lock = threading.Lock()

    @property
    def balance(self):
        return self._balance

    def withdraw(self, amount):
        with self._lock:
            if self._balance < amount:
                return False
            self._balance -= amount
            return True

    def deposit(self, amount):
        with self._lock:
            self._balance += amount


def transfer(source, target, amount):
    if not source.withdraw(amount):
        return False
    target.deposit(amount)
    return True

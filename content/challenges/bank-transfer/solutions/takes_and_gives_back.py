# verdict: WRONG_ANSWER, RACE
"""Takes first and gives back where it was too much: for an instant the balance is below zero."""

import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()

    def add(self, amount):
        with self.lock:
            self.balance += amount
            return self.balance


def transfer(source, target, amount):
    if source.add(-amount) < 0:
        source.add(amount)
        return False
    target.add(amount)
    return True

# verdict: WRONG_ANSWER, RACE
"""One lock for the whole bank: right, and every transfer waits for every other."""

import threading

bank = threading.Lock()


class Account:
    def __init__(self, balance):
        self.balance = balance


def transfer(source, target, amount):
    with bank:
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        return True

# verdict: RACE
"""Does not wait for a lock that is taken: says that there was not enough."""

import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.RLock()


def transfer(source, target, amount):
    if not source.lock.acquire(blocking=False):
        return False
    try:
        if not target.lock.acquire(blocking=False):
            return False
        try:
            if source.balance < amount:
                return False
            source.balance -= amount
            target.balance += amount
            return True
        finally:
            target.lock.release()
    finally:
        source.lock.release()

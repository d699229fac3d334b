"""A method that holds a plain Lock calls another that takes it."""
import threading


class Account:
    def __init__(self):
        self.balance = 100
        self.lock = threading.Lock()

    def withdraw(self, amount):
        with self.lock:
            self.balance -= amount

    def withdraw_twice(self, amount):
        with self.lock:
            self.withdraw(amount)
            self.withdraw(amount)


account = Account()
threads = [threading.Thread(target=account.withdraw_twice, args=(10,)) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(account.balance)

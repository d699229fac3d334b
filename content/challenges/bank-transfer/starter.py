class Account:
    def __init__(self, balance):
        self.balance = balance


def transfer(source, target, amount):
    if source.balance < amount:
        return False
    source.balance -= amount
    target.balance += amount
    return True


if __name__ == "__main__":
    mine, yours = Account(100), Account(20)
    print(transfer(mine, yours, 70), mine.balance, yours.balance)

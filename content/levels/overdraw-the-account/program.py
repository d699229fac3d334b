import threading

balance = 100


def withdraw(amount):
    global balance
    if balance >= amount:
        balance = balance - amount


threads = [threading.Thread(target=withdraw, args=(80,), name=name) for name in ("left", "right")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert balance >= 0, balance

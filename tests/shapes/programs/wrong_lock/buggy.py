"""One variable, two locks."""
import threading

lock_a = threading.Lock()
lock_b = threading.Lock()
total = 0


def add():
    global total
    with lock_a:
        total += 1


def subtract():
    global total
    with lock_b:
        total -= 1


threads = [threading.Thread(target=add), threading.Thread(target=subtract)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(total)

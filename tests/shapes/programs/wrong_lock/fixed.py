"""One variable, one lock."""
import threading

lock = threading.Lock()
total = 0


def add():
    global total
    with lock:
        total += 1


def subtract():
    global total
    with lock:
        total -= 1


threads = [threading.Thread(target=add), threading.Thread(target=subtract)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(total)

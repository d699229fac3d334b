"""Each call makes a lock of its own, which guards nothing."""
import threading

count = 0


def increment():
    global count
    lock = threading.Lock()
    with lock:
        count += 1


threads = [threading.Thread(target=increment) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count)

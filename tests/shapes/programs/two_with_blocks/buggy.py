"""Each access has the lock, but not both together."""
import threading

lock = threading.Lock()
count = 0


def increment():
    global count
    with lock:
        seen = count
    with lock:
        count = seen + 1


threads = [threading.Thread(target=increment) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count)

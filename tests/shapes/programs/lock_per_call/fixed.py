"""All calls share one lock."""
import threading

count = 0
lock = threading.Lock()


def increment():
    global count
    with lock:
        count += 1


threads = [threading.Thread(target=increment) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count)

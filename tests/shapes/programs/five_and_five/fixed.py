"""The lock makes reading and writing one step."""
import threading

count = 0
lock = threading.Lock()


def work():
    global count
    for _ in range(5):
        with lock:
            count += 1


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert count > 2, f"only {count} left"

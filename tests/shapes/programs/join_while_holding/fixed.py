"""The lock is released before the join."""
import threading

lock = threading.Lock()
done = []


def work():
    with lock:
        done.append(1)


thread = threading.Thread(target=work)
with lock:
    thread.start()
thread.join()
print(len(done))

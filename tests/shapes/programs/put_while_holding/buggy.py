"""A thread puts on a full queue while it holds the lock that the queue's reader needs."""
import queue
import threading

lock = threading.Lock()
jobs = queue.Queue(maxsize=1)
log = []


def producer():
    with lock:
        jobs.put(1)
        jobs.put(2)


def consumer():
    for _ in range(2):
        with lock:
            log.append(jobs.get())


threads = [threading.Thread(target=producer), threading.Thread(target=consumer)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(log)

"""The lock is held only for what it guards."""
import queue
import threading

lock = threading.Lock()
jobs = queue.Queue(maxsize=1)
log = []


def producer():
    jobs.put(1)
    jobs.put(2)


def consumer():
    for _ in range(2):
        job = jobs.get()
        with lock:
            log.append(job)


threads = [threading.Thread(target=producer), threading.Thread(target=consumer)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(log)

"""Two consumers, one sentinel: the second waits for good."""
import queue
import threading

jobs = queue.Queue()


def consumer():
    while True:
        job = jobs.get()
        if job is None:
            return


threads = [threading.Thread(target=consumer) for _ in range(2)]
for thread in threads:
    thread.start()
jobs.put("job")
jobs.put(None)
for thread in threads:
    thread.join()
print("done")

"""Each consumer passes the sentinel on."""
import queue
import threading

jobs = queue.Queue()


def consumer():
    while True:
        job = jobs.get()
        if job is None:
            jobs.put(None)
            return


threads = [threading.Thread(target=consumer) for _ in range(2)]
for thread in threads:
    thread.start()
jobs.put("job")
jobs.put(None)
for thread in threads:
    thread.join()
print("done")

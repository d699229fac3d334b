"""The queue was not empty a moment ago; get() waits for good."""
import queue
import threading

jobs = queue.Queue()
jobs.put("job")


def work():
    if not jobs.empty():
        jobs.get()


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

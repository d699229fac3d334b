"""get_nowait() asks and takes in one step."""
import queue
import threading

jobs = queue.Queue()
jobs.put("job")


def work():
    try:
        jobs.get_nowait()
    except queue.Empty:
        pass


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

"""One lock around asking and submitting, and around closing."""
import threading
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(max_workers=1)
closed = False
lock = threading.Lock()


def submit():
    with lock:
        if not closed:
            pool.submit(len, "job")


def close():
    global closed
    with lock:
        closed = True
        pool.shutdown()


threads = [threading.Thread(target=submit), threading.Thread(target=close)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

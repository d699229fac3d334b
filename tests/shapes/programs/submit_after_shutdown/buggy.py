"""The pool was open a moment ago; submit() raises."""
import threading
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(max_workers=1)
closed = False


def submit():
    if not closed:
        pool.submit(len, "job")


def close():
    global closed
    closed = True
    pool.shutdown()


threads = [threading.Thread(target=submit), threading.Thread(target=close)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

"""An event puts the second word after the first."""
import threading

lock = threading.Lock()
said_first = threading.Event()


def first():
    with lock:
        print("first")
    said_first.set()


def second():
    said_first.wait()
    with lock:
        print("second")


threads = [threading.Thread(target=first), threading.Thread(target=second)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

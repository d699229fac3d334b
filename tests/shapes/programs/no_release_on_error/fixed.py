"""`with` releases the lock on every way out."""
import threading

lock = threading.Lock()
total = 0


def add(text):
    global total
    with lock:
        try:
            number = int(text)
        except ValueError:
            return
        total += number


threads = [threading.Thread(target=add, args=(text,)) for text in ("oops", "2")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("added")

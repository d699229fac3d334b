"""Two threads take turns at a lock, but nothing says whose turn comes first."""
import threading

lock = threading.Lock()


def say(word):
    with lock:
        print(word)


threads = [threading.Thread(target=say, args=(word,)) for word in ("first", "second")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

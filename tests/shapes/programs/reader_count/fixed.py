"""A lock of its own guards the number of readers."""
import threading

readers = 0
count_lock = threading.Lock()
room = threading.Lock()


def read():
    global readers
    with count_lock:
        readers += 1
        if readers == 1:
            room.acquire()
    with count_lock:
        readers -= 1
        if readers == 0:
            room.release()


threads = [threading.Thread(target=read) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done", room.locked())

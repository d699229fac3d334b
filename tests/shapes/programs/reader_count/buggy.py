"""The number of readers is counted without a lock, so that the last one may not notice that it is the last."""
import threading

readers = 0
room = threading.Lock()


def read():
    global readers
    readers += 1
    if readers == 1:
        room.acquire()
    readers -= 1
    if readers == 0:
        room.release()


threads = [threading.Thread(target=read) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done", room.locked())

"""The lock keeps the two fields together."""
import threading


class Point:
    def __init__(self):
        self.x = 0
        self.y = 0
        self.lock = threading.Lock()


point = Point()
seen = []


def move():
    with point.lock:
        point.x = 1
        point.y = 1


def look():
    with point.lock:
        seen.append(point.x == point.y)


threads = [threading.Thread(target=move), threading.Thread(target=look)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(seen)

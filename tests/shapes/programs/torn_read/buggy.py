"""Two fields that belong together are written one after the other, and read in between."""
import threading


class Point:
    def __init__(self):
        self.x = 0
        self.y = 0


point = Point()
seen = []


def move():
    point.x = 1
    point.y = 1


def look():
    seen.append(point.x == point.y)


threads = [threading.Thread(target=move), threading.Thread(target=look)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(seen)

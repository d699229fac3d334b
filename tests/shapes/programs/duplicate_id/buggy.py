"""Two threads get the same id."""
import threading


class Ids:
    def __init__(self):
        self.last = 0

    def next(self):
        self.last += 1
        return self.last


ids = Ids()
given = set()


def work():
    given.add(ids.next())


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(given))

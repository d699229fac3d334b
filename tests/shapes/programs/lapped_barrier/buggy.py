"""A home-made barrier that is used twice: a quick thread laps a slow one, which waits for good."""
import threading


class Barrier:
    def __init__(self, parties):
        self.parties = parties
        self.waiting = 0
        self.condition = threading.Condition()

    def wait(self):
        with self.condition:
            self.waiting += 1
            if self.waiting == self.parties:
                self.waiting = 0
                self.condition.notify_all()
            else:
                while self.waiting != 0:
                    self.condition.wait()


barrier = Barrier(2)


def work():
    for _ in range(2):
        barrier.wait()


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

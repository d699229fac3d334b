"""The lock is held from the question to the answer."""
import threading


class Config:
    instance = None
    lock = threading.Lock()

    @classmethod
    def get(cls):
        with cls.lock:
            if cls.instance is None:
                cls.instance = cls()
            return cls.instance


got = []


def work():
    got.append(Config.get())


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(got[0] is got[1])

"""Both find no instance, and both make one."""
import threading


class Config:
    instance = None
    made = 0

    @classmethod
    def get(cls):
        if cls.instance is None:
            cls.instance = cls()
            cls.made += 1
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

"""It is built first and published last."""
import threading


class Config:
    def __init__(self):
        self.ready = False

    def load(self):
        self.ready = True


config = None
lock = threading.Lock()
seen = []


def get():
    global config
    if config is None:
        with lock:
            if config is None:
                fresh = Config()
                fresh.load()
                config = fresh
    return config


def work():
    seen.append(get().ready)


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(seen)

"""The event is cleared after the work: a request that comes in between is forgotten."""
import threading

wanted = threading.Event()
requests = []
served = []


def server():
    while len(served) < 2:
        wanted.wait()
        while requests:
            served.append(requests.pop())
        wanted.clear()


def client():
    for number in range(2):
        requests.append(number)
        wanted.set()


threads = [threading.Thread(target=server), threading.Thread(target=client)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(served))

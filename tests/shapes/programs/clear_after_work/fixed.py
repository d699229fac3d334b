"""The event is cleared before the work: what comes later sets it again."""
import threading

wanted = threading.Event()
requests = []
served = []


def server():
    while len(served) < 2:
        wanted.wait()
        wanted.clear()
        while requests:
            served.append(requests.pop())


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

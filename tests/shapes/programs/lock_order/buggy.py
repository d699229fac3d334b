"""A then B here, B then A there."""
import threading

a = threading.Lock()
b = threading.Lock()
log = []


def one():
    with a:
        with b:
            log.append(1)


def two():
    with b:
        with a:
            log.append(2)


threads = [threading.Thread(target=one), threading.Thread(target=two)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(log))

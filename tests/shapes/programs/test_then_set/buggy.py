"""A spin lock that tests and then sets: two threads get in."""
import threading

locked = False
count = 0


def work():
    global locked, count
    while locked:
        pass
    locked = True
    count += 1
    locked = False


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count)

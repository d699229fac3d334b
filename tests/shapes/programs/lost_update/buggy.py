"""Two threads read the same value and both write it plus one."""
import threading

count = 0


def increment():
    global count
    count += 1


threads = [threading.Thread(target=increment) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count)

"""A try-lock tests and sets in one step."""
import threading

flag = threading.Lock()
count = 0


def work():
    global count
    while not flag.acquire(blocking=False):
        pass
    count += 1
    flag.release()


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count)

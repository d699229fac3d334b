import threading

count = 0


def work():
    global count
    count += 1


threads = [threading.Thread(target=work, name=name) for name in ("left", "right")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert count == 2, count

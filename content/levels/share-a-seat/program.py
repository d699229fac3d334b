import threading

free = [1, 2]
room = threading.Semaphore(2)


def sit():
    with room:
        seat = free[0]
        del free[0]
        print(threading.current_thread().name, "sits on", seat)


threads = [threading.Thread(target=sit, name=name) for name in ("left", "right")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

import threading

fork, knife = threading.Lock(), threading.Lock()


def eat(first, second):
    with first:
        with second:
            print(threading.current_thread().name, "eats")


threads = [
    threading.Thread(target=eat, args=(fork, knife), name="left"),
    threading.Thread(target=eat, args=(knife, fork), name="right"),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

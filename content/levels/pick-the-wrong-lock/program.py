import threading

visitors = 0
doors = {"north": threading.Lock(), "south": threading.Lock()}


def enter(door):
    global visitors
    with doors[door]:
        visitors += 1


threads = [threading.Thread(target=enter, args=(door,), name=door) for door in doors]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert visitors == 2, visitors

import threading

ringing = False
bell = threading.Condition()


def sleeper():
    if not ringing:
        with bell:
            bell.wait()


def alarm():
    global ringing
    ringing = True
    with bell:
        bell.notify()


threads = [threading.Thread(target=each, name=each.__name__) for each in (sleeper, alarm)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

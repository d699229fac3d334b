"""The flag is asked for and changed under the condition's lock."""
import threading

condition = threading.Condition()
ready = False


def waiter():
    with condition:
        while not ready:
            condition.wait()


def notifier():
    global ready
    with condition:
        ready = True
        condition.notify()


threads = [threading.Thread(target=waiter), threading.Thread(target=notifier)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

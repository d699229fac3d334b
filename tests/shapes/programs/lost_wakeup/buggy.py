"""The flag is asked for outside the lock: the notification may come between the question and the wait."""
import threading

condition = threading.Condition()
ready = False


def waiter():
    if not ready:
        with condition:
            condition.wait()


def notifier():
    global ready
    ready = True
    with condition:
        condition.notify()


threads = [threading.Thread(target=waiter), threading.Thread(target=notifier)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

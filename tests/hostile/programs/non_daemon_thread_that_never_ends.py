# expect: LEAK WRONG_ANSWER TIME_LIMIT
import threading
import time


def forever():
    while True:
        time.sleep(0.1)


class Counter:
    value = 0

    def __init__(self):
        threading.Thread(target=forever, daemon=False).start()

    def increment(self):
        pass

# expect: PROCESS_LIMIT RUNTIME_ERROR
import threading

stop = threading.Event()


class Counter:
    value = 0

    def increment(self):
        while True:
            threading.Thread(target=stop.wait).start()

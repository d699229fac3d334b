# expect: LEAK WRONG_ANSWER DEADLOCK
import threading

threading.Thread(target=threading.Event().wait).start()


class Counter:
    value = 0

    def increment(self):
        pass

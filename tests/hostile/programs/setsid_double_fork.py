# expect: WRONG_ANSWER LEAK RUNTIME_ERROR
import os
import signal
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                pass
        time.sleep(3600)
    os._exit(0)
os.wait()


class Counter:
    value = 0

    def increment(self):
        pass

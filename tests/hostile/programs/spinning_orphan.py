# expect: WRONG_ANSWER LEAK RUNTIME_ERROR TIME_LIMIT
import os

if os.fork() == 0:
    if os.fork() == 0:
        while True:
            pass
    os._exit(0)
os.wait()


class Counter:
    value = 0

    def increment(self):
        pass

# expect: WRONG_ANSWER RUNTIME_ERROR
import os
import signal

for pid in [1, os.getppid(), *range(1, 300)]:
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
        try:
            if pid != os.getpid():
                os.kill(pid, number)
        except OSError:
            pass


class Counter:
    value = -1

    def increment(self):
        pass

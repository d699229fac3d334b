# expect: TIME_LIMIT RUNTIME_ERROR DEADLOCK
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)

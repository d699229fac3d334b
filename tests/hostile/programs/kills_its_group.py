# expect: RUNTIME_ERROR
import os
import signal

os.killpg(0, signal.SIGKILL)

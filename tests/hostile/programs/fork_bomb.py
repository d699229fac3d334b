# expect: PROCESS_LIMIT TIME_LIMIT RUNTIME_ERROR
import os

while True:
    try:
        os.fork()
    except OSError:
        pass

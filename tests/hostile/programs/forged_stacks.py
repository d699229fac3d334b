# expect: TIME_LIMIT RUNTIME_ERROR
# Answers "where are you" before it is asked, at length.
import os

try:
    os.set_blocking(1002, False)
    while True:
        os.write(1002, b"[" * 65536)
except OSError:
    pass
while True:
    pass

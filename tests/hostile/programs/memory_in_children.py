# expect: MEMORY_LIMIT
import os
import time

for _ in range(16):
    if os.fork() == 0:
        hoard = bytearray(b"x" * 20_000_000)
        time.sleep(60)
time.sleep(60)

# expect: RUNTIME_ERROR
# Says over the line to the supervisor that every schedule was tried, and all was well.
import json
import os
import struct

body = json.dumps(
    {"type": "explored", "executions": 200, "complete": 2, "diverged": None, "plain_failed": False, "finding": None}
).encode()
for _ in range(9):
    os.write(1001, struct.pack(">I", len(body)) + body)


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

# expect: RUNTIME_ERROR
# Answers in its process's place, and rightly: it has counted. Nothing of it was safe.
import json
import os
import struct


class Counter:
    def __init__(self):
        self.calls = 0

    def increment(self):
        self.calls += 1

    @property
    def value(self):
        body = json.dumps(
            {"type": "result", "value": self.calls, "error": None, "lost": [], "alive": [], "threads_left": [],
             "threads_started": 3, "processes_started": 0, "processes_together": 0}
        ).encode()
        os.write(1001, struct.pack(">I", len(body)) + body)
        return self.calls

# expect: RUNTIME_ERROR LEAK WRONG_ANSWER
import json
import os
import struct

body = json.dumps(
    {"type": "result", "value": 2, "error": None, "lost": [], "threads_left": [], "threads_started": 0,
     "processes_started": 0}
).encode()
for _ in range(100):
    os.write(1001, struct.pack(">I", len(body)) + body)
os._exit(0)

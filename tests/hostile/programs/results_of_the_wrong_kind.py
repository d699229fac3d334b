# expect: RUNTIME_ERROR
import json
import os
import struct

for value in ({"type": "result"}, {"type": "result", "value": 2, "error": 3, "lost": {}, "threads_left": None}):
    body = json.dumps(value).encode()
    os.write(1001, struct.pack(">I", len(body)) + body)
os._exit(0)

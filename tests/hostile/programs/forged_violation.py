# expect: FORBIDDEN RUNTIME_ERROR
import json
import os
import struct

body = json.dumps({"type": "violation", "kind": "imports", "name": "gc", "line": 10**30}).encode()
os.write(1001, struct.pack(">I", len(body)) + body)
os._exit(0)

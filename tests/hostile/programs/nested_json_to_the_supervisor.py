# expect: RUNTIME_ERROR
import os
import struct

body = b'{"type":' + b"[" * 500_000
os.write(1001, struct.pack(">I", len(body)) + body)
os._exit(0)

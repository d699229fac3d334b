# expect: RUNTIME_ERROR
import os
import struct

os.write(1001, struct.pack(">I", 2**32 - 1) + b"x" * 65536)

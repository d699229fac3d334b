# expect: RUNTIME_ERROR OUTPUT_LIMIT
# Writes to the descriptor that carries its output records what looks like one without an end.
import os

while True:
    os.write(1000, b"\xfeL\x00\x00\xff\xff" + b"x" * 4000)

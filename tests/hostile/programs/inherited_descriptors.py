# expect: RUNTIME_ERROR WRONG_ANSWER
import json
import os
import struct

done = b""
for message in (
    {"type": "Done"},
    {"type": "report", "verdict": "ACCEPTED", "message": "", "detail": "", "line": None, "schedule": None},
):
    body = json.dumps(message).encode()
    done += struct.pack(">I", len(body)) + body
for descriptor in range(3, 4096):
    try:
        os.write(descriptor, done)
    except OSError:
        pass


class Counter:
    value = -1

    def increment(self):
        pass

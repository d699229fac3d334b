# expect: RUNTIME_ERROR
# The same from within a case, with the result that is wanted, counted by itself.
import json
import os
import struct

calls = 0


def say(**message):
    body = json.dumps(message).encode()
    os.write(1001, struct.pack(">I", len(body)) + body)


class Counter:
    def __init__(self):
        global calls
        calls = 0

    def increment(self):
        global calls
        calls += 1

    @property
    def value(self):
        say(type="explored", executions=200, complete=2, diverged=None, plain_failed=False, finding=None)
        return calls

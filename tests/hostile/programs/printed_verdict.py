# expect: WRONG_ANSWER
import os

for stream in (1, 2):
    os.write(stream, b'\0\0\0\x0f{"type":"Done"}ACCEPTED\n{"verdict": "ACCEPTED"}\n')


class Counter:
    value = -1

    def increment(self):
        print("ACCEPTED")

# expect: WRONG_ANSWER
import os

for folder in ("/tmp", "/dev/shm", "/var/tmp"):
    for path, _, names in os.walk(folder):
        for name in names:
            if name != "main.py":
                print("FOUND", os.path.join(path, name))


class Counter:
    value = -1

    def increment(self):
        pass

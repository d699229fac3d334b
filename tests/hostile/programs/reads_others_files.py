# expect: WRONG_ANSWER
# What another run has left, or leaves now.
import os

found = []
for folder in ("/tmp", "/dev/shm", "/dev/mqueue", "/var/tmp"):
    for path, _, names in os.walk(folder):
        found += [os.path.join(path, name) for name in names if name != "main.py"]
for kind in ("msg", "sem", "shm"):
    try:
        with open(f"/proc/sysvipc/{kind}") as file:
            found += file.read().splitlines()[1:]
    except OSError:
        pass
assert not found, found


class Counter:
    value = -1

    def increment(self):
        pass

# expect: WRONG_ANSWER
# What is wiped after it must not be followed.
import os

for number, target in enumerate(("/", "/etc", "/proc/1/root", "/opt/lockstep", "..")):
    os.symlink(target, f"/tmp/link-{number}")
os.makedirs("/tmp/locked/inside")
os.chmod("/tmp/locked", 0)


class Counter:
    value = -1

    def increment(self):
        pass

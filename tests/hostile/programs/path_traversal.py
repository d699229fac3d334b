# expect: WRONG_ANSWER
import os

written = []
for name in ("../../x", "/x", "/opt/lockstep/x", "/etc/x", "/proc/1/x", "/sys/fs/cgroup/x", "/usr/lib/x"):
    try:
        with open(name, "w") as file:
            file.write("x")
        written.append(name)
    except OSError:
        pass
try:
    os.symlink("/etc/passwd", "main.pyc")
    os.link("/etc/passwd", "passwd")
except OSError:
    pass
assert not written, written


class Counter:
    value = -1

    def increment(self):
        pass

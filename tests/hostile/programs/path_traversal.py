# expect: WRONG_ANSWER
import os

for name in ("../../x", "/x", "/opt/lockstep/x", "/etc/x", "/proc/1/x", "/sys/fs/cgroup/x", "/usr/lib/x"):
    try:
        with open(name, "w") as file:
            file.write("x")
        print("WROTE", name)
    except OSError:
        pass
try:
    os.symlink("/etc/passwd", "main.pyc")
    os.link("/etc/passwd", "passwd")
except OSError:
    pass


class Counter:
    value = -1

    def increment(self):
        pass

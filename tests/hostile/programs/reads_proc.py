# expect: WRONG_ANSWER
import os

for pid in os.listdir("/proc"):
    if pid.isdecimal() and int(pid) != os.getpid():
        for name in ("environ", "mem", "maps", "fd/0", "root/etc/shadow", "cwd"):
            try:
                print(pid, name, open(f"/proc/{pid}/{name}", "rb").read(100))
            except OSError:
                pass


class Counter:
    value = -1

    def increment(self):
        pass

# expect: WRONG_ANSWER
# Looks into all other processes for the name of a test, which is in the request and in checks.py.
import os

SECRET = b"EveryIncrement" + b"Counts"
found = []
for pid in os.listdir("/proc"):
    if not pid.isdecimal() or int(pid) == os.getpid():
        continue
    for name in ("environ", "cmdline", "root/etc/shadow"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                content = file.read(100_000)
        except OSError:
            continue
        if SECRET in content or (content and name != "cmdline"):
            found.append((pid, name))
    for name in ("mem", "maps", "cwd/main.py"):
        try:
            open(f"/proc/{pid}/{name}", "rb").close()
            found.append((pid, name))
        except OSError:
            pass
    try:
        for number in os.listdir(f"/proc/{pid}/fd"):
            found.append((pid, os.readlink(f"/proc/{pid}/fd/{number}")))
    except OSError:
        pass
assert not found, found


class Counter:
    value = -1

    def increment(self):
        pass

# expect: WRONG_ANSWER RUNTIME_ERROR
# allow: sys.modules
import sys

for name in ("json", "struct", "threading", "socket", "traceback", "kit", "scenario"):
    with open(f"{name}.py", "w") as file:
        file.write("raise SystemExit(0)\n")
    sys.modules.pop(name, None)


class Counter:
    value = -1

    def increment(self):
        pass

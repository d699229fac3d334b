# expect: MEMORY_LIMIT RUNTIME_ERROR INTERNAL_ERROR
# Tries to make the kernel kill somebody else.
import os

for score in ("-1000", "-500", "0"):
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(score)
    except OSError:
        pass
hoard = []
for _ in range(6):
    os.fork()
while True:
    hoard.append(bytearray(b"x" * 500_000))

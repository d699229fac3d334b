# expect: WRONG_ANSWER RUNTIME_ERROR
# allow: ctypes
import ctypes

libc = ctypes.CDLL(None)
for flags in (0x10000000, 0x20000000, 0x40000000, 0x00020000):
    if libc.unshare(flags) == 0:
        print("UNSHARED", flags)
if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0:
    print("MOUNTED")
if libc.ptrace(16, 1, 0, 0) == 0:
    print("TRACED")


class Counter:
    value = -1

    def increment(self):
        pass

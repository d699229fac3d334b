# expect: WRONG_ANSWER
# allow: ctypes
# only: docker
import ctypes

libc = ctypes.CDLL(None)
got = [flags for flags in (0x10000000, 0x20000000, 0x40000000, 0x00020000) if libc.unshare(flags) == 0]
if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0:
    got.append("mounted")
if libc.ptrace(16, 1, 0, 0) == 0:
    got.append("traced")
assert not got, got


class Counter:
    value = -1

    def increment(self):
        pass

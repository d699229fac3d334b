# expect: WRONG_ANSWER
# allow: ctypes
# A message, a semaphore and a block of memory that outlive their process, for whoever comes next.
import ctypes

libc = ctypes.CDLL(None)
libc.msgget(4711, 0o1666)
libc.semget(4711, 3, 0o1666)
libc.shmget(4711, 4096, 0o1666)


class Counter:
    value = -1

    def increment(self):
        pass

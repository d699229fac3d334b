# expect: WRONG_ANSWER RUNTIME_ERROR
# Leaves semaphores, shared memory and message queues behind for the next one to find.
import multiprocessing
from multiprocessing import shared_memory

kept = [multiprocessing.Semaphore() for _ in range(20)]
block = shared_memory.SharedMemory(name="for_the_next", create=True, size=4096)
block.buf[:6] = b"secret"
block.close()


class Counter:
    value = -1

    def increment(self):
        pass

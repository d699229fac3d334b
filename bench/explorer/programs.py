"""What is measured: the same code for every tool."""

COUNTER = """
import threading
class Counter:
    def __init__(self):
        self.value = 0
    def increment(self):
        self.value += 1
counter = Counter()
threads = [threading.Thread(target=counter.increment) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def locked(threads: int, times: int) -> str:
    """`threads` threads that each take a lock and increment, `times` times."""
    return f"""
import threading
class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()
    def increment(self):
        with self.lock:
            self.value += 1
counter = Counter()
def work():
    for _ in range({times}):
        counter.increment()
threads = [threading.Thread(target=work) for _ in range({threads})]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert counter.value == {threads * times}
"""

# verdict: DEADLOCK, RACE
"""Looks at the first item and removes it later: two consumers can handle the same one."""

import threading
from collections import deque


def run(items, handle, consumers=3):
    waiting = deque()
    there = threading.Semaphore(0)
    end = object()

    def produce():
        for item in items:
            waiting.append(item)
            there.release()
        for _ in range(consumers):
            waiting.append(end)
            there.release()

    def consume():
        while True:
            there.acquire()
            item = waiting[0]
            waiting.popleft()
            if item is end:
                return
            handle(item)

    threads = [threading.Thread(target=produce)]
    threads += [threading.Thread(target=consume) for _ in range(consumers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

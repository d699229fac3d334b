# verdict: ACCEPTED
"""A deque, a condition and a flag that says that nothing comes any more."""

import threading
from collections import deque


def run(items, handle, consumers=3):
    waiting = deque()
    changed = threading.Condition()
    over = False
    failure = None

    def produce():
        nonlocal over
        for item in items:
            with changed:
                waiting.append(item)
                changed.notify()
        with changed:
            over = True
            changed.notify_all()

    def consume():
        nonlocal failure
        while True:
            with changed:
                changed.wait_for(lambda: waiting or over)
                if not waiting:
                    return
                item = waiting.popleft()
            try:
                handle(item)
            except Exception as error:
                with changed:
                    failure = failure or error

    threads = [threading.Thread(target=target) for target in [produce, *[consume] * consumers]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failure is not None:
        raise failure

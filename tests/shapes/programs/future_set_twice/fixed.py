"""Whoever comes second is refused, and knows what that means."""
import threading
from concurrent.futures import Future, InvalidStateError

answer = Future()


def work(value):
    try:
        answer.set_result(value)
    except InvalidStateError:
        pass


threads = [threading.Thread(target=work, args=(1,)) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(answer.result())

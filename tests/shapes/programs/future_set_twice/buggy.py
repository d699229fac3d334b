"""Two threads see that the future is not done, and both set it."""
import threading
from concurrent.futures import Future

answer = Future()


def work(value):
    if not answer.done():
        answer.set_result(value)


threads = [threading.Thread(target=work, args=(1,)) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(answer.result())

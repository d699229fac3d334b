# verdict: WRONG_ANSWER, RACE
"""Waits for the last addition, and not for the threads."""

import threading

total = 0
lock = threading.Lock()
finished = threading.Semaphore(0)


def add(times):
    global total
    for _ in range(times):
        with lock:
            total += 1
    finished.release()
    for _ in range(times):  # "logging": the thread goes on after its last addition
        threading.current_thread()


def main(threads=100, times=1000):
    global total
    total = 0
    for _ in range(threads):
        threading.Thread(target=add, args=(times,)).start()
    for _ in range(threads):
        finished.acquire()
    return total

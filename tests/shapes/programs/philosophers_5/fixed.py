"""Forks are taken in the order of their numbers."""
import threading

forks = [threading.Lock() for _ in range(5)]


def dine(seat):
    low, high = sorted((seat, (seat + 1) % 5))
    with forks[low]:
        with forks[high]:
            pass


threads = [threading.Thread(target=dine, args=(seat,)) for seat in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

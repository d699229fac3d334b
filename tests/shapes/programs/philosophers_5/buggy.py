"""Each philosopher takes the left fork first."""
import threading

forks = [threading.Lock() for _ in range(5)]


def dine(seat):
    left, right = forks[seat], forks[(seat + 1) % 5]
    with left:
        with right:
            pass


threads = [threading.Thread(target=dine, args=(seat,)) for seat in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

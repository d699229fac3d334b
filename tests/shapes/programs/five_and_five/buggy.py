"""Two loops of five increments can end at 2."""
import threading

count = 0


def work():
    global count
    for _ in range(5):
        count += 1


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert count > 2, f"only {count} left"

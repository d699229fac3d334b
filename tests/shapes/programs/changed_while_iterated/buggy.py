"""A dictionary grows while another thread iterates over it."""
import threading

scores = {"ann": 1, "bob": 2}


def total():
    points = 0
    for value in scores.values():
        points += value


def join_in():
    scores["eve"] = 3


threads = [threading.Thread(target=total), threading.Thread(target=join_in)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

"""The iteration goes over a copy, which is made in one step."""
import threading

scores = {"ann": 1, "bob": 2}


def total():
    points = 0
    for value in list(scores.values()):
        points += value


def join_in():
    scores["eve"] = 3


threads = [threading.Thread(target=total), threading.Thread(target=join_in)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")

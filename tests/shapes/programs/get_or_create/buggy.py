"""Two threads find no entry, and the second one's list replaces the first one's."""
import threading

groups = {}


def add(name):
    if "team" not in groups:
        groups["team"] = []
    groups["team"].append(name)


threads = [threading.Thread(target=add, args=(name,)) for name in ("ann", "bob")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(groups["team"]))

# expect: WRONG_ANSWER
# The metadata service, a neighbour, the broker and the worker's own engine. Whoever answers makes another verdict.
import socket

reached = []
for address in (("169.254.169.254", 80), ("172.17.0.1", 6379), ("127.0.0.1", 6379), ("8.8.8.8", 53)):
    try:
        socket.create_connection(address, timeout=0.2)
        reached.append(address)
    except OSError:
        pass
for path in ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock"):
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        reached.append(path)
    except OSError:
        pass
assert not reached, reached


class Counter:
    value = -1

    def increment(self):
        pass

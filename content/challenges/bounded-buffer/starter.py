from collections import deque


class BoundedBuffer:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = deque()

    def put(self, item):
        # Wait while it is full.
        self.items.append(item)

    def get(self):
        # Wait while it is empty.
        return self.items.popleft()


if __name__ == "__main__":
    buffer = BoundedBuffer(2)
    buffer.put("first")
    buffer.put("second")
    print(buffer.get(), buffer.get())

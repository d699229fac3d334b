import threading
from queue import Queue


def run(items, handle, consumers=3):
    queue = Queue()

    def produce():
        for item in items:
            queue.put(item)

    def consume():
        while not queue.empty():
            handle(queue.get())

    producer = threading.Thread(target=produce)
    producer.start()
    producer.join()
    consumer = threading.Thread(target=consume)
    consumer.start()
    consumer.join()


if __name__ == "__main__":
    run(["apples", "pears", "plums"], print)

# verdict: ACCEPTED
"""A queue with little room, so that the producer does not run far ahead; run() itself says when it is over."""

import queue
import threading


def run(items, handle, consumers=3):
    todo = queue.Queue(maxsize=2 * consumers)
    end = object()
    raised = []

    def produce():
        for item in items:
            todo.put(item)

    def consume():
        for item in iter(todo.get, end):
            try:
                handle(item)
            except Exception as error:
                raised.append(error)

    team = [threading.Thread(target=consume, name=f"consumer {number}") for number in range(consumers)]
    producer = threading.Thread(target=produce, name="producer")
    for thread in [producer, *team]:
        thread.start()
    producer.join()
    for _ in team:
        todo.put(end)
    for thread in team:
        thread.join()
    if raised:
        raise raised[0]

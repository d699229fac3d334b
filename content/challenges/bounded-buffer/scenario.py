import time

from kit import together


def one_thread(solution, case):
    buffer = solution.BoundedBuffer(case["capacity"])
    out = []
    for put in case["puts"]:
        for item in put:
            buffer.put(item)
        out.append([buffer.get() for _ in put])
    return out


def hand_over(solution, case):
    """Producers and consumers at once. Tells what each consumer got, and the most that was put and not asked for."""
    buffer = solution.BoundedBuffer(case["capacity"])
    held = most = 0
    got = [[] for _ in case["gets"]]

    def producer(items):
        def produce():
            nonlocal held, most
            for item in items:
                buffer.put(item)
                held += 1
                most = max(most, held)

        return produce

    def consumer(number, times):
        def consume():
            nonlocal held
            for _ in range(times):
                held -= 1
                got[number].append(buffer.get())

        return consume

    producers = [producer(items) for items in case["puts"]]
    consumers = [consumer(number, times) for number, times in enumerate(case["gets"])]
    both = [*consumers, *producers] if case.get("consumers_first") else [*producers, *consumers]
    together(*both)
    # Between the end of put() and the count another may have been quick; each consumer that waits is counted as well.
    return {"got": got, "most": most}


def wait_long(solution, case):
    """One side comes late."""
    buffer = solution.BoundedBuffer(case["capacity"])
    got = []

    def produce():
        time.sleep(case["producer_late"])
        for item in case["items"]:
            buffer.put(item)

    def consume():
        time.sleep(case["consumer_late"])
        for _ in case["items"]:
            got.append(buffer.get())

    together(produce, consume)
    return got


def two_buffers(solution, case):
    one, other = solution.BoundedBuffer(1), solution.BoundedBuffer(1)
    got = []

    def use(buffer, name):
        def call():
            for number in range(case["times"]):
                buffer.put([name, number])
                got.append(buffer.get())

        return call

    together(use(one, "one"), use(other, "other"))
    return got

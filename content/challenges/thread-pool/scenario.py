import contextlib
import threading
import time

from kit import together


class Trouble(Exception):
    pass


def _fail(word):
    raise Trouble(word)


def _told(task, *args, **kwargs):
    """What comes out of result(), as JSON."""
    try:
        return ["returned", task.result(*args, **kwargs)]
    except Trouble as error:
        return ["raised", *error.args]
    except TimeoutError:
        return ["TimeoutError"]


def results(solution, case):
    pool = solution.ThreadPool(case["threads"])
    tasks = [
        pool.submit(_fail, value) if bad else pool.submit(lambda given, *, extra: given + extra, value, extra=1)
        for value, bad in case["tasks"]
    ]
    out = [_told(task) for task in tasks]
    again = [_told(task) for task in tasks]
    pool.shutdown()
    return {"out": out, "again": again}


def values(solution, case):
    """Results as they are, None and false ones included."""
    pool = solution.ThreadPool(1)
    out = [pool.submit(lambda value=value: value).result() for value in case["values"]]
    pool.shutdown()
    return out


def rendezvous(solution, case):
    """As many tasks as there are threads wait for each other; then some more, to see who runs them."""
    pool = solution.ThreadPool(case["threads"])
    if case.get("before"):
        _use(pool)
    meeting = threading.Barrier(case["threads"])
    ran_in = set()
    running = most = 0

    def task(alone):
        nonlocal running, most
        running += 1
        most = max(most, running)
        ran_in.add(threading.current_thread())
        if not alone:
            with contextlib.suppress(threading.BrokenBarrierError):
                meeting.wait(timeout=60)
        time.sleep(1)
        running -= 1

    tasks = [pool.submit(task, number >= case["threads"]) for number in range(case["tasks"])]
    for each in tasks:
        each.result()
    pool.shutdown()
    return {"most": most, "threads": len(ran_in), "caller": threading.current_thread() in ran_in}


def _use(pool):
    """One thread is idle, and another is about to be, when there is something to do."""
    tasks = [pool.submit(time.sleep, 1), pool.submit(time.sleep, 2)]
    time.sleep(2)
    tasks.append(pool.submit(int, "7"))
    for each in tasks:
        each.result()


def shared(solution, case):
    pool = solution.ThreadPool(1)
    gate = threading.Event()
    task = pool.submit(gate.wait, 60)

    def open_the_gate():
        time.sleep(1)
        gate.set()

    out = together(*[task.result] * case["callers"], open_the_gate)
    pool.shutdown()
    return out[:-1]


def endings(solution, case):
    """Slow tasks, and a shutdown while they are queued."""
    pool = solution.ThreadPool(case["threads"])
    done = []

    def task(number):
        time.sleep(2)
        done.append(number)
        return number

    tasks = [pool.submit(task, number) for number in range(case["tasks"])]
    before = len(done)
    began = time.monotonic()
    pool.shutdown(*case["how"])
    took = time.monotonic() - began
    at_return = len(done)
    refused = 0
    for _ in range(2):
        try:
            pool.submit(task, -1)
        except RuntimeError:
            refused += 1
    out = [_told(each) for each in tasks]
    pool.shutdown()
    return {
        "before": before,
        "at_return": at_return,
        "took": took,
        "refused": refused,
        "out": out,
        "done": sorted(done),
    }


def impatient(solution, case):
    pool = solution.ThreadPool(1)
    slow = pool.submit(time.sleep, case["seconds"])
    queued = pool.submit(int, "7")
    began = time.monotonic()
    out = [_told(slow, case["patience"]), _told(queued, timeout=0)]
    waited = time.monotonic() - began
    out += [_told(slow), _told(queued, 1)]
    pool.shutdown()
    return {"out": out, "waited": waited}


def submit_at_once(solution, case):
    """Several threads submit, and ask for their result."""
    pool = solution.ThreadPool(case["threads"])

    def caller(number):
        return lambda: [pool.submit(int, str(number)).result() for _ in range(case["times"])]

    out = together(*[caller(number) for number in range(case["callers"])])
    pool.shutdown()
    return out


def submit_while_shutting_down(solution, case):
    pool = solution.ThreadPool(case["threads"])

    def submit():
        try:
            task = pool.submit(int, "7")
        except RuntimeError:
            return "refused"
        return task.result()

    return together(submit, pool.shutdown)[0]


def submit_from_a_task(solution, case):
    pool = solution.ThreadPool(2)

    def submit(text):
        time.sleep(1)
        try:
            return pool.submit(int, text)
        except RuntimeError:
            return None

    before = pool.submit(submit, "7").result().result()
    late = pool.submit(submit, "8")
    pool.shutdown()
    task = late.result()
    return {"before": before, "while_ending": "refused" if task is None else task.result()}


def two_pools(solution, case):
    one, other = solution.ThreadPool(1), solution.ThreadPool(1)
    gate = threading.Event()
    blocked = one.submit(gate.wait, 60)
    free = other.submit(int, "7").result()
    gate.set()
    opened = blocked.result()
    one.shutdown()
    after = other.submit(int, "8").result()
    other.shutdown()
    return [free, opened, after]

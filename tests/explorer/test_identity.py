"""Several variables, or locks, that the source has one expression for are told apart in a trace."""

from sandbox.explorer import Event
from tests.explorer.running import explored

COUNTERS = """
    import threading

    class Counter:
        def __init__(self):
            self.value = 0

        def add(self):
            self.value += 1

    def tally():
        count = 0
        def more():
            nonlocal count
            count += 1
            return count
        return more

    slots = [0, 0]
    logs = {"left": [], "right": []}

    def work(counter, more, log, nth):
        counter.add()
        more()
        log.append(nth)
        slots[nth % 2] += 1

    def main():
        sets = [(Counter(), tally(), logs["left"], 0), (Counter(), tally(), logs["right"], 1)]
        threads = [threading.Thread(target=work, args=given) for given in sets for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print([given[0].value for given in sets])

    main()
"""

RING = """
    import threading

    class Account:
        def __init__(self):
            self.lock = threading.Lock()

        def to(self, other):
            with self.lock:
                with other.lock:
                    pass

    def main():
        accounts = [Account() for _ in range(3)]
        threads = [threading.Thread(target=accounts[n].to, args=(accounts[(n + 1) % 3],)) for n in range(3)]
        del accounts
        for thread in threads:
            thread.start()
        del threads, thread
        while threading.active_count() > 1:
            threading.enumerate()[1].join()

    main()
"""


def events(source: str) -> list[Event]:
    finding = explored(source).finding
    assert finding is not None
    return finding.events


def by_thread(found: list[Event], *ops: str) -> dict[int, set[str]]:
    named: dict[int, set[str]] = {}
    for event in found:
        if event.op in ops:
            named.setdefault(event.tid, set()).add(event.what)
    return named


def test_each_instance_cell_and_container_has_a_name_of_its_own() -> None:
    named = by_thread(events(COUNTERS), "read", "write", "call")
    assert named[1] == named[2] == {"self.value", "count", "log.append", "slots[0]"}
    assert named[3] == named[4] == {"self.value #2", "count #2", "log.append #2", "slots[1]"}


def test_the_same_schedule_gives_the_same_names() -> None:
    assert events(COUNTERS) == events(COUNTERS)


def test_three_locks_in_a_ring_have_three_names_in_the_trace_and_in_the_cycle() -> None:
    finding = explored(RING).finding
    assert finding is not None
    graph = finding.execution.graph
    assert graph is not None
    assert len(graph.cycle) == 3
    ring = {wait.tid: wait for wait in graph.waits if wait.tid in graph.cycle}
    wanted = {wait.what for wait in ring.values()}
    assert len(wanted) == 3
    assert {lock for wait in ring.values() for lock in wait.holds} == wanted
    # What the cycle says is what the steps say.
    taken = by_thread(finding.events, "acquire")
    assert all(set(wait.holds) <= taken[tid] for tid, wait in ring.items())

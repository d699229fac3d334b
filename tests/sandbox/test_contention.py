"""Which thread waited for which: what a check can say about all executions."""

import pytest

SCENARIO = """
from kit import together

def call(solution, case):
    together(lambda: solution.f(0), lambda: solution.f(1))
"""
CHECKS = """
from kit import Test, Wait, explore, real
class T(Test):
    \"\"\"T.\"\"\"
    scenario = "call"
    visible = True
    mode = MODE

    def check(self, case, result):
        CHECK
"""
NEVER = "self.true(not result.waits_between('caller-1', 'caller-2'), 'They wait for each other.')"

OWN = "import threading\nlocks = [threading.Lock(), threading.Lock()]\ndef f(n):\n    with locks[n]:\n        pass\n"
SHARED = OWN.replace("locks[n]", "locks[0]")
REENTRANT = SHARED.replace("Lock()", "RLock()")
BY_HAND = SHARED.replace("with locks[0]:", "locks[0].acquire()").replace("        pass", "    locks[0].release()")
SEMAPHORE = SHARED.replace("Lock()", "Semaphore(1)")
IMPATIENT = (
    "import threading, time\nlock = threading.Lock()\ndef f(n):\n"
    "    while not lock.acquire(blocking=False):\n        time.sleep(1)\n    lock.release()\n"
)
QUEUE = "import queue\nitems = queue.SimpleQueue()\ndef f(n):\n    items.put(1) if n else items.get()\n"


def checks(check: str, mode: str = "explore(100)") -> str:
    return CHECKS.replace("CHECK", check).replace("MODE", mode)


@pytest.mark.parametrize("source", [SHARED, REENTRANT, BY_HAND, SEMAPHORE, IMPATIENT, QUEUE])
def test_threads_that_wait_for_each_other_are_seen(grade, source: str) -> None:
    report = grade(source, SCENARIO, checks(NEVER)).report
    assert report.message.startswith("They wait for each other."), report
    assert report.verdict in ("RACE", "WRONG_ANSWER")


def test_threads_with_locks_of_their_own_never_wait(grade):
    report = grade(OWN, SCENARIO, checks(NEVER)).report
    assert report.verdict == "ACCEPTED", report


def test_who_waited_for_whom_and_how(grade):
    source = (
        "import threading\ntaken, asked = threading.Event(), threading.Event()\nlock = threading.Lock()\n"
        "def f(n):\n    if n:\n        taken.wait()\n        lock.acquire(timeout=5)\n        lock.release()\n"
        "    else:\n        with lock:\n            taken.set()\n            asked.wait(1)\n"
    )
    wanted = "[Wait('caller-2', 'caller-1', 'lock'), Wait('caller-2', 'caller-1', 'notify')]"
    check = f"self.sometimes(result.waits_between('caller-1', 'caller-2') == {wanted}, 'never')"
    assert grade(source, SCENARIO, checks(check)).report.verdict == "ACCEPTED"


def test_in_real_mode_a_check_that_asks_for_it_is_at_fault(grade):
    assert "not in real mode" in grade(OWN, SCENARIO, checks(NEVER, "real()")).fault.message

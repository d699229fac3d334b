"""How executions end, told apart and named."""

import pytest

from sandbox.explorer import Kind
from tests.explorer.running import explored, plainly


def test_an_exception_of_the_main_thread_names_its_line() -> None:
    outcome = plainly("x = 1\nraise ValueError('no')").outcome
    assert (outcome.kind, outcome.detail) == (Kind.EXCEPTION, "ValueError: no (line 2)")


def test_sys_exit_zero_is_a_normal_end_and_one_is_not() -> None:
    assert plainly("import sys\nsys.exit(0)").outcome.kind == Kind.FINISHED
    assert plainly("import sys\nsys.exit(1)").outcome.kind == Kind.EXCEPTION


def test_an_exception_lost_in_a_thread() -> None:
    execution = plainly(
        """
        import threading
        def work():
            raise KeyError("gone")
        t = threading.Thread(target=work, name="worker")
        t.start(); t.join()
        print("main goes on")
        """
    )
    assert execution.outcome.kind == Kind.LOST_EXCEPTION
    assert execution.outcome.detail == "in worker: KeyError: 'gone' (line 4)"
    assert execution.outcome.output == "main goes on\n"


def test_an_exception_that_threading_excepthook_handles_is_not_lost() -> None:
    execution = plainly(
        """
        import threading
        threading.excepthook = lambda args: print("handled", args.exc_value)
        t = threading.Thread(target=lambda: 1 / 0)
        t.start(); t.join()
        """
    )
    assert execution.outcome.kind == Kind.FINISHED
    assert execution.outcome.output == "handled division by zero\n"


def test_an_exception_lost_in_a_task() -> None:
    execution = plainly(
        """
        import asyncio
        async def bad():
            raise ValueError("lost")
        async def main():
            task = asyncio.create_task(bad())
            await asyncio.sleep(1)
        asyncio.run(main())
        """
    )
    assert execution.outcome.kind == Kind.LOST_EXCEPTION
    assert "ValueError: lost" in execution.outcome.detail


def test_tasks_that_asyncio_run_had_to_cancel_are_named() -> None:
    execution = plainly(
        """
        import asyncio
        async def main():
            asyncio.create_task(asyncio.sleep(50), name="forgotten")
            await asyncio.sleep(1)
        asyncio.run(main())
        """
    )
    assert execution.outcome.kind == Kind.FINISHED
    assert execution.left_tasks == ["forgotten"]


def test_threads_left_behind_are_named() -> None:
    execution = plainly(
        """
        import threading, time
        threading.Thread(target=time.sleep, args=(100,), name="lazy").start()
        threading.Thread(target=time.sleep, args=(9000,), name="spirit", daemon=True).start()
        """
    )
    assert execution.unjoined == ["lazy", "spirit"]
    assert execution.left == ["spirit"]
    assert execution.elapsed >= 100


def test_a_self_deadlock_says_so() -> None:
    execution = plainly("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()")
    assert execution.outcome.kind == Kind.DEADLOCK
    assert execution.outcome.detail == "MainThread waits for lock, which it holds itself (line 4)"


def test_a_lost_wake_up_names_the_condition() -> None:
    execution = plainly(
        """
        import threading
        ready = threading.Condition()
        with ready:
            ready.wait()
        """
    )
    assert execution.outcome.detail == "MainThread waits to be notified on ready (line 5)"


def test_a_deadlock_is_a_cycle_with_names_of_locks() -> None:
    report = explored(
        """
        import threading
        class Account:
            def __init__(self): self.lock = threading.Lock()
        a, b = Account(), Account()
        def move(one, other):
            with one.lock:
                with other.lock: pass
        ts = [threading.Thread(target=move, args=(a, b)), threading.Thread(target=move, args=(b, a))]
        for t in ts: t.start()
        for t in ts: t.join()
        """
    )
    assert report.finding is not None
    graph = report.finding.execution.graph
    assert graph is not None
    assert sorted(graph.cycle) == [1, 2]
    waits = {wait.tid: wait for wait in graph.waits}
    assert {waits[1].what, waits[2].what} == {"a.lock", "b.lock"}
    assert waits[1].holder_tid == 2
    assert waits[1].holds == ("a.lock",)


def test_some_threads_deadlock_while_another_goes_on_sleeping() -> None:
    execution = plainly(
        """
        import threading, time
        def beat():
            while True:
                time.sleep(1)
        threading.Thread(target=beat, daemon=True).start()
        threading.Event().wait()
        """
    )
    assert execution.outcome.kind == Kind.DEADLOCK


def test_threads_that_loop_and_get_nowhere_are_a_livelock() -> None:
    execution = plainly(
        """
        import threading
        a = b = True
        def first():
            while b: pass
        def second():
            while a: pass
        ts = [threading.Thread(target=f) for f in (first, second)]
        for t in ts: t.start()
        for t in ts: t.join()
        """
    )
    assert execution.outcome.kind == Kind.LIVELOCK
    assert "loops in line 5" in execution.outcome.detail


def test_a_loop_that_polls_with_a_sleep_ends_when_the_flag_comes() -> None:
    execution = plainly(
        """
        import threading, time
        done = False
        def poll():
            while not done:
                time.sleep(0.5)
        t = threading.Thread(target=poll); t.start()
        time.sleep(3); done = True
        t.join(); print("ended")
        """
    )
    assert execution.outcome.output == "ended\n"


@pytest.mark.parametrize("turn", ["pass", "time.sleep(0.01)"])
def test_two_that_looked_in_vain_for_long_look_again_when_somebody_has_done_something(turn: str) -> None:
    execution = plainly(
        f"""
        import threading, time
        done = 0
        def step(number):
            global done
            while done < number - 1:
                {turn}
            print(number); done = number
        def late():
            global done
            time.sleep(45); print(1); done = 1
        ts = [threading.Thread(target=step, args=(3,)), threading.Thread(target=step, args=(2,))]
        ts.append(threading.Thread(target=late))
        for t in ts: t.start()
        for t in ts: t.join()
        """
    )
    assert execution.outcome.kind == Kind.FINISHED
    assert execution.outcome.output == "1\n2\n3\n"


def test_a_loop_that_polls_a_clock_ends() -> None:
    execution = plainly("import time\nend = time.monotonic() + 2\nwhile time.monotonic() < end: pass\nprint('ended')")
    assert execution.outcome.output == "ended\n"


def test_a_long_loop_that_only_computes_is_no_livelock() -> None:
    execution = plainly(
        """
        import threading
        result = []
        def work():
            n, turns = 27, 0
            while turns < 20_000:
                n = n // 2 if n % 2 == 0 else 3 * n + 1
                turns += 1
            result.append(turns)
        t = threading.Thread(target=work); t.start(); t.join()
        print(result)
        """
    )
    assert execution.outcome.output == "[20000]\n"


def test_an_endless_program_is_cut_off() -> None:
    assert plainly("x = 0\nwhile True: x += 1").outcome.kind == Kind.ENDLESS


def test_a_bare_except_does_not_swallow_the_end_of_an_execution() -> None:
    execution = plainly(
        """
        import threading
        lock = threading.Lock()
        def work():
            while True:
                try:
                    with lock: lock.acquire()
                except: continue
        t = threading.Thread(target=work); t.start(); t.join()
        """
    )
    assert execution.outcome.kind == Kind.DEADLOCK


def test_what_is_not_modelled_is_named_with_its_line() -> None:
    outcome = plainly("import os\nx = 1\nos.fork()").outcome
    assert outcome.kind == Kind.NOT_MODELLED
    assert outcome.detail.startswith("os.fork, called in line 3, starts a process")
    outcome = plainly("from multiprocessing import Process\ndef f():\n    Process(target=f).start()\nf()").outcome
    assert outcome.detail.startswith("multiprocessing.Process, called in line 3, starts a process")
    outcome = plainly("import socket\nsocket.create_connection(('localhost', 1))").outcome
    assert outcome.detail.startswith("socket.create_connection, called in line 2, talks to the network")


def test_importing_what_is_not_modelled_is_allowed() -> None:
    assert plainly("import multiprocessing, subprocess, socket\nprint('fine')").outcome.output == "fine\n"


def test_input_comes_from_what_was_given() -> None:
    assert plainly("print(int(input()) + 1)", stdin="41\n").outcome.output == "42\n"
    assert plainly("input()").outcome.kind == Kind.EXCEPTION

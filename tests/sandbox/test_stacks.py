"""Where every thread was, when a program is ended; and deadlocks that no clock has to find."""

import pytest

from sandbox.protocol import ThreadStack
from tests.sandbox.conftest import Story
from tests.sandbox.test_run import code


def by_name(story: Story) -> dict[str, ThreadStack]:
    return {stack.name: stack for stack in story.run.measured.stacks}


def lines(stack: ThreadStack) -> list[int]:
    return [frame.line for frame in stack.frames if frame.file == "main.py"]


def test_each_thread_says_what_it_waits_for(run):
    story = run(
        code("""
            import os, threading, time
            lock = threading.Lock()
            lock.acquire()
            threading.Thread(target=lock.acquire, name="locked").start()
            threading.Thread(target=time.sleep, args=(60,), name="sleeping").start()
            read, write = os.pipe()
            threading.Thread(target=os.read, args=(read, 1), name="reading").start()
            print("ready")
            while True: pass
        """),
        wall_seconds=1,
    )
    stacks = by_name(story)
    assert story.run.measured.limit == "wall"
    assert {name: stack.waits_for for name, stack in stacks.items()} == {
        "MainThread": "nothing",
        "locked": "lock",
        "sleeping": "sleep",
        "reading": "io",
    }
    assert lines(stacks["MainThread"]) == [9]
    assert stacks["MainThread"].frames[-1].text == "while True: pass"


def test_self_deadlock_is_found_at_once(run):
    story = run(
        "import threading\nlock = threading.Lock()\nprint('a')\nlock.acquire()\nlock.acquire()\n", wall_seconds=20
    )
    measured = story.run.measured
    assert measured.limit == "deadlock"
    assert measured.wall_seconds < 5
    assert story.text() == "a\n"
    (main,) = measured.stacks
    assert (main.waits_for, lines(main)) == ("lock", [5])


@pytest.mark.parametrize(
    "source",
    [
        """
        import threading
        a, b, both = threading.Lock(), threading.Lock(), threading.Barrier(2)
        def work(first, second):
            with first:
                both.wait()
                with second: pass
        one = threading.Thread(target=work, args=(a, b))
        two = threading.Thread(target=work, args=(b, a))
        one.start(); two.start(); one.join()
        """,
        """
        import queue, threading
        thread = threading.Thread(target=queue.Queue().get)
        thread.start()
        thread.join()
        """,
        """
        import queue, threading
        threading.Thread(target=queue.SimpleQueue().get).start()
        """,
        """
        import threading
        condition = threading.Condition()
        with condition: condition.wait()
        """,
        """
        from concurrent.futures import ThreadPoolExecutor
        pool = ThreadPoolExecutor(1)
        print(pool.submit(lambda: pool.submit(int).result()).result())
        """,
        """
        import multiprocessing
        lock = multiprocessing.Lock()
        lock.acquire()
        child = multiprocessing.Process(target=lock.acquire)
        child.start()
        child.join()
        """,
    ],
    ids=["two locks", "queue", "simple queue at exit", "condition", "executor", "processes"],
)
def test_deadlocks(run, source):
    measured = run(code(source), wall_seconds=20).run.measured
    assert measured.limit == "deadlock"
    assert measured.wall_seconds < 8
    assert measured.stacks


@pytest.mark.parametrize(
    "source",
    [
        "import threading\nthreading.Event().wait(1.1)\nprint('ok')\n",
        "import threading\nlock = threading.Lock()\nlock.acquire()\n"
        "print('ok' if not lock.acquire(timeout=1.1) else '')\n",
        "import time\ntime.sleep(1.1)\nprint('ok')\n",
        "import queue\ntry: queue.Queue().get(timeout=1.1)\nexcept queue.Empty: print('ok')\n",
        "import signal, threading\nlock = threading.Lock()\nlock.acquire()\n"
        "signal.signal(signal.SIGALRM, lambda *_: lock.release())\n"
        "signal.setitimer(signal.ITIMER_REAL, 1.1)\nlock.acquire()\nprint('ok')\n",
        "import asyncio\nasyncio.run(asyncio.sleep(1.1))\nprint('ok')\n",
        "import subprocess\nsubprocess.run(['sleep', '1.1'])\nprint('ok')\n",
        "import threading\nlock = threading.Lock()\nlock.acquire()\nthreading.Timer(1.1, lock.release).start()\n"
        "lock.acquire()\nprint('ok')\n",
    ],
    ids=["event", "lock", "sleep", "queue", "alarm", "asyncio", "child", "timer"],
)
def test_waiting_is_no_deadlock(run, source):
    story = run(source)
    assert story.text() == "ok\n"
    assert story.run.measured.limit is None


def test_a_thread_that_never_gives_the_interpreter_back(run):
    source = "import re\nprint('before')\nre.match('(a*)*(a*)*(a*)*b', 'a' * 60)\n"
    story = run(source, wall_seconds=1)
    assert story.run.measured.limit == "wall"
    (main,) = story.run.measured.stacks
    assert lines(main) == [3]
    assert main.waits_for == "nothing"
    assert [frame.text for frame in main.frames if frame.file == "main.py"] == [source.splitlines()[2]]


def test_a_program_that_takes_the_signals_away_is_ended_all_the_same(run):
    story = run(
        code("""
            import signal
            for number in signal.valid_signals():
                try: signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError): pass
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            while True: pass
        """),
        wall_seconds=0.5,
    )
    assert story.run.measured.limit == "wall"
    assert story.run.measured.wall_seconds < 5


def test_a_hang_in_atexit_and_in_import(run):
    at_exit = run("import atexit, time\natexit.register(time.sleep, 60)\nprint('end')\n", wall_seconds=0.5)
    assert (at_exit.run.measured.limit, at_exit.text()) == ("wall", "end\n")
    never = run(
        "import threading\nthreading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()\n", wall_seconds=0.5
    )
    assert never.run.measured.limit == "wall"

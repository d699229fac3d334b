"""What threads can share without one of them writing a variable: each of these programs can fail, and is made to."""

import textwrap

import pytest

from sandbox.explorer import Settings, explore, load

TWO = """
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""
PROGRAMS = {
    "a list that is asked whether it is empty": """
        items = [1]

        def work():
            if items:
                items.pop()
    """,
    "the same in an expression": """
        class Shelf:
            def __init__(self):
                self.items = [1]

            def take(self):
                return self.items and self.items.pop()

        shelf = Shelf()
        work = shelf.take
    """,
    "compared with an empty one": """
        items = {1}

        def work():
            if items != set():
                items.remove(1)
    """,
    "a heap": """
        import heapq as h

        heap = [1]

        def work():
            if len(heap):
                h.heappop(heap)
    """,
    "a list that grows in place": """
        log = []

        def work(log=log):
            if not log:
                log += [1]
            assert len(log) == 1
    """,
    "an array": """
        from array import array

        counts = array("i", [0])

        def work():
            counts[0] += 1

        def check():
            assert counts[0] == 2
    """,
    "a file in memory": """
        import io

        page = io.StringIO()

        def work():
            page.write("a")
            page.write("b")

        def check():
            assert page.getvalue() == "abab"
    """,
    "a mapping of the standard library": """
        from collections import UserDict

        made = []
        known = UserDict()

        def work():
            if "key" not in known:
                made.append(1)
                known["key"] = 1

        def check():
            assert len(made) == 1
    """,
    "attributes by their names": """
        class Box:
            value = 0

        def work():
            setattr(Box, "value", getattr(Box, "value") + 1)

        def check():
            assert Box.value == 2
    """,
    "attributes by names that are computed": """
        class Box:
            value = 0

        def work(name="value"):
            setattr(Box, name, getattr(Box, name) + 1)

        def check():
            assert Box.value == 2
    """,
    "a generator that two resume": """
        def count():
            n = 0
            while True:
                n += 1
                yield n

        numbers = count()

        def work():
            next(numbers)
    """,
    "a generator that two iterate over": """
        def count():
            yield from ()
            for n in range(4):
                yield n

        numbers = count()

        def work():
            for number in numbers:
                pass
    """,
    "a cache that two find empty": """
        import functools

        @functools.cache
        def load():
            return object()

        got = []

        def work():
            got.append(load())

        def check():
            assert got[0] is got[1]
    """,
}


@pytest.mark.parametrize("what", PROGRAMS)
def test_what_is_shared_is_found(what: str) -> None:
    body = textwrap.dedent(PROGRAMS[what])
    source = "import threading\n" + body + textwrap.dedent(TWO) + ("check()\n" if "def check" in body else "")
    report = explore(load(source.encode(), "program.py"), settings=Settings(schedules=200, stop_at_failure=True))
    assert report.finding is not None
    assert report.finding.execution.preemptions == 1
    assert report.finding.confirmed


def test_a_generator_of_one_thread_alone_has_no_steps() -> None:
    source = "import threading\ndef own():\n    yield from range(3)\n    yield 3\n" + (
        "def work():\n    assert list(own()) == [0, 1, 2, 3]\n" + textwrap.dedent(TWO)
    )
    report = explore(load(source.encode(), "program.py"), settings=Settings(schedules=200))
    assert report.finding is None
    assert report.complete_bound == 1 << 30
    assert report.sites == 0


def test_a_coroutine_that_loops_without_giving_way_is_a_livelock() -> None:
    source = textwrap.dedent("""
        import asyncio

        async def main():
            done = False

            async def spin():
                while not done:
                    pass

            async def finish():
                nonlocal done
                done = True

            await asyncio.gather(spin(), finish())

        asyncio.run(main())
    """)
    report = explore(load(source.encode(), "program.py"), settings=Settings(schedules=3, stop_at_failure=True))
    assert report.finding is not None
    assert report.finding.execution.outcome.kind == "livelock"

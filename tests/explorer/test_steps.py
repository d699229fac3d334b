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
    "a list that a call gives, looped over": """
        log = {0: 0}

        def all_of(log=log):
            return log

        def work():
            for _ in all_of():
                pass
            log[threading.get_ident()] = 1
    """,
    "a dictionary that is enumerated from one": """
        log = {0: 0}

        def work():
            for _, _ in enumerate(log, 1):
                pass
            log[threading.get_ident()] = 1
    """,
    "the second of two that are zipped": """
        log = {0: 0}

        def work():
            for _, _ in zip(range(9), log):
                pass
            log[threading.get_ident()] = 1
    """,
    "what a call gives, asked whether it is empty": """
        class Shelf:
            def __init__(self):
                self._items = [1]

            def items(self):
                return self._items

        shelf = Shelf()

        def work():
            if shelf.items():
                shelf.items().pop()
    """,
    "the length of what a call gives": """
        items = [1]

        def all_items():
            return items

        def work():
            if len(all_items()) > 0:
                items.pop()
    """,
    "a list that is unpacked": """
        items = [1]

        def work():
            first, *_ = items or [0]
            if first:
                items.remove(first)
    """,
    "a list that is unpacked into names": """
        pair = [1, 1]

        def work():
            pair[0] += 1
            pair[1] += 1
            one, other = pair
            assert one == other
    """,
    "a dictionary that is unpacked into arguments": """
        options = {"n": 1}

        def take(n=0):
            return n

        def work():
            if take(**options):
                del options["n"]
    """,
    "a variable that is deleted": """
        token = 1

        def work():
            global token
            try:
                token
            except NameError:
                return
            del token
    """,
    "an attribute that is deleted": """
        class Session:
            pass

        session = Session()
        session.connection = 1

        def work():
            if hasattr(session, "connection"):
                del session.connection
    """,
    "a variable that `with` binds": """
        import contextlib

        current = None

        def work():
            global current
            with contextlib.nullcontext(threading.get_ident()) as current:
                assert current == threading.get_ident()
    """,
    "a parameter that is bound again": """
        def run(limit):
            def look():
                assert limit == 0

            thread = threading.Thread(target=look)
            thread.start()
            limit = 0
            thread.join()

        def work():
            pass

        run(1)
    """,
    "a variable of a closure that is bound late": """
        def run():
            def look():
                value

            thread = threading.Thread(target=look)
            thread.start()
            value = 1
            thread.join()

        def work():
            pass

        run()
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


def test_slices_of_a_list_are_no_race_of_their_own_and_items_by_an_enum_are_one() -> None:
    """Which items a slice has is not known; an enum's hash is the library's, and asks nothing of the program."""
    source = """
        import enum
        class Colour(enum.Enum):
            RED = 1
        counts, pairs = {Colour.RED: 0}, [1, 2, 3, 4]
        def work(at):
            pairs[at:at + 1] = [at]
            counts[Colour.RED] = at
        threads = [threading.Thread(target=work, args=(at,)) for at in (0, 2)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
    """
    report = explore(
        load(("import threading\n" + textwrap.dedent(source)).encode(), "program.py"), settings=Settings(schedules=200)
    )
    assert {race.what for race in report.races} == {"counts[Colour.RED]"}

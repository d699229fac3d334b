"""The explorer looks at the program's objects; that calls nothing of the program's."""

import pytest

from sandbox.explorer import Kind
from tests.explorer.running import explored, output, plainly

TWO = """
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("done", len(seen))
"""
OBJECTS = {
    "slots and __getattr__": """
class Settings:
    __slots__ = ("_data",)
    def __init__(self): self._data = {"n": 1}
    def __getattr__(self, name): seen.append(name); return self._data[name]
thing = Settings()
def work(): thing.n
""",
    "a metaclass with __getattr__": """
class Names(type):
    def __getattr__(cls, name): seen.append(name); return cls.members[name]
class Colour(metaclass=Names):
    members = {"red": 1}
thing = Colour()
def work(): thing.members; Colour.red
""",
    "__getattribute__ with a lock": """
class Guarded:
    def __init__(self): object.__setattr__(self, "lock", threading.Lock())
    def __getattribute__(self, name):
        with object.__getattribute__(self, "lock"):
            seen.append(name)
            return object.__getattribute__(self, name)
    def look(self): return 1
thing = Guarded()
def work(): thing.look()
""",
    "properties for what every object has": """
class Hidden:
    @property
    def __dict__(self): seen.append("__dict__"); return {}
    @property
    def __class__(self): seen.append("__class__"); return int
    def look(self): seen.append("look")
thing = Hidden()
def work(): thing.look()
""",
    "a mock": """
import unittest.mock
thing = unittest.mock.Mock()
def work(): seen.append(thing)
""",
    "keys of their own kind": """
class Key:
    def __init__(self, n): self.n = n
    def __hash__(self): seen.append("hash"); return self.n
    def __repr__(self): return "key" + self.missing
thing = {Key(1): threading.Lock()}
def work(): seen.append(len(thing))
""",
}


@pytest.mark.parametrize("what", OBJECTS)
def test_no_attribute_is_asked_for(what: str) -> None:
    source = "import threading\nseen = []\n" + OBJECTS[what] + TWO
    report = explored(source, schedules=300)
    assert report.finding is None, report.finding
    assert report.diverged is None
    assert [each.outcome.output for each in report.outcomes] == [f"done {3 if 'keys' in what else 2}\n"]


@pytest.mark.parametrize("what", OBJECTS)
def test_a_deadlock_beside_it_is_told(what: str) -> None:
    stuck = "lock = threading.Lock()\nlock.acquire()\nlock.acquire()\n"
    execution = plainly("import threading\nseen = []\n" + OBJECTS[what] + stuck)
    assert execution.outcome.kind == Kind.DEADLOCK
    assert "lock, which it holds itself" in execution.outcome.detail


def test_ids_and_hashes_are_the_same_under_the_same_schedule() -> None:
    report = explored(
        """
        import threading
        forks = [threading.Lock() for _ in range(3)]
        meals = []
        def eat(seat):
            pair = sorted((forks[seat], forks[(seat + 1) % 3]), key=id)
            assert id(pair[0]) < id(pair[1]) and hash(pair[0]) != hash(pair[1])
            with pair[0], pair[1]:
                meals.append(seat)
        for _ in range(3):
            waste = [object() for _ in range(len(meals) * 7)]
        threads = [threading.Thread(target=eat, args=(seat,)) for seat in range(3)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(len(meals), id(forks) == id(forks), id(forks) != id(meals))
        """,
        schedules=500,
    )
    assert report.diverged is None
    assert report.finding is None
    assert [each.outcome.output for each in report.outcomes] == ["3 True True\n"]


def test_futures_of_one_run_look_like_those_of_another() -> None:
    report = explored(
        """
        import threading
        from concurrent.futures import Future
        def work(): print(hash(Future()) > 0, Future())
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        """,
        schedules=100,
    )
    assert len(report.outcomes) == 1
    assert report.finding is None


def test_a_submodule_is_there_in_every_execution() -> None:
    source = (
        "import logging\nimport logging.handlers\nlogging.custom = 1\nprint(logging.handlers.QueueHandler.__name__)\n"
    )
    report = explored(source + "import threading\nthreading.Thread(target=print).start()\n", schedules=20)
    assert report.finding is None
    assert all("QueueHandler" in each.outcome.output for each in report.outcomes)


def test_a_generator_of_random_numbers_without_a_seed_gives_the_same_again() -> None:
    source = "import random\nprint(random.Random().random(), random.random(), random.Random().random())\n"
    first, second = output(plainly(source)), output(plainly(source))
    assert first == second
    assert len(set(first.split())) == 3


def test_the_randomness_of_the_system_is_the_same_again() -> None:
    source = (
        "import os, secrets, uuid, random\nprint(os.urandom(4), os.urandom(0), secrets.token_hex(4), uuid.uuid4(),"
        " random.SystemRandom().random())\n"
    )
    first = output(plainly(source))
    assert first == output(plainly(source))
    report = explored(source + "import threading\nthreading.Thread(target=print).start()\n", schedules=20)
    assert report.diverged is None
    assert report.finding is None


def test_what_an_execution_leaves_says_nothing_in_the_next() -> None:
    report = explored(
        """
        class Connection:
            def __del__(self): print("closed")
        connections = [Connection()]
        for each in connections: pass
        del connections, each
        print("after")
        """,
        schedules=20,
    )
    assert report.finding is None
    assert len(report.outcomes) == 1


def test_a_program_sees_arguments_of_its_own() -> None:
    assert output(plainly("import sys\nprint(sys.argv)\n")) == "['program.py']\n"

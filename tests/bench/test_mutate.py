"""Each kind of mutant is made where it can be, and nowhere else."""

import ast
from textwrap import dedent

import pytest
from django.conf import settings

from bench.mutants.mutate import mutants


def made(source: str) -> dict[str, list[str]]:
    """Of each kind the mutants, each reduced to one line."""
    found: dict[str, list[str]] = {}
    for mutant in mutants(dedent(source)):
        found.setdefault(mutant.kind, []).append("; ".join(line.strip() for line in mutant.source.splitlines()))
    return found


def test_a_lock() -> None:
    assert made("with lock:\n    a()\n    b()\n") == {
        "lock removed": ["a(); b()"],
        "last statement moved out": ["with lock:; a(); b()"],
        "first statement moved out": ["a(); with lock:; b()"],
    }
    assert [mutant.source for mutant in mutants("with lock:\n    a()\n    b()\n")] == [
        "a()\nwith lock:\n    b()\n",
        "with lock:\n    a()\nb()\n",
        "a()\nb()\n",
    ]


@pytest.mark.parametrize(
    ("source", "kind", "changed"),
    [
        ("with a, b:\n    x()\n", "locks swapped", "with b, a:; x()"),
        ("with a:\n    with b:\n        x()\n", "locks swapped", "with b:; with a:; x()"),
        ("while full():\n    c.wait()\n", "while made if", "if full():; c.wait()"),
        ("while full():\n    c.wait()\n", "wait dropped", "while full():; pass"),
        ("c.notify_all()\n", "notify_all made notify", "c.notify()"),
        ("c.notify_all()\n", "notify dropped", "pass"),
        ("q.put(None)\n", "sentinel dropped", "pass"),
        ("q.put(_STOP)\n", "sentinel dropped", "pass"),
        ("t.join()\n", "join dropped", "pass"),
        ("l.release()\n", "release dropped", "pass"),
        ("async def f():\n    return await g()\n", "await dropped", "async def f():; return g()"),
        ("async def f():\n    async with s:\n        x()\n", "lock removed", "async def f():; x()"),
    ],
)
def test_a_kind(source: str, kind: str, changed: str) -> None:
    assert made(source)[kind] == [changed]


@pytest.mark.parametrize(
    "source",
    [
        "while True:\n    x()\n",
        "q.put(item)\n",
        "with open('x') as f:\n    x()\n    y()\n",
        "x = 1\n",
    ],
)
def test_where_nothing_can_be_left_out(source: str) -> None:
    assert made(source) == {}


def test_a_loop_that_breaks_cannot_be_an_if() -> None:
    assert "while made if" not in made("while x():\n    break\n")


def test_mutants_are_different_programs_that_can_be_read() -> None:
    for path in (settings.CONTENT / "challenges").glob("*/solutions/*.py"):
        source = path.read_text()
        if not source.startswith("# verdict: ACCEPTED"):
            continue
        sources = [mutant.source for mutant in mutants(source)]
        assert len(set(sources)) == len(sources)
        for each in sources:
            assert ast.dump(ast.parse(each)) != ast.dump(ast.parse(source))

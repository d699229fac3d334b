# ruff: noqa: E501 - programs in one string each
"""Each way to touch a shared place is a step: the race through it is found, with the variable and its lines."""

import pytest

from tests.explorer.running import explored

TWO = """
ts = [threading.Thread(target=work) for _ in range(2)]
for t in ts: t.start()
for t in ts: t.join()
"""

RACES = {
    "global": "x = 0\ndef work():\n    global x\n    x += 1\n" + TWO + "print(x)",
    "global in two statements": "x = 0\ndef work():\n    global x\n    y = x\n    x = y + 1\n" + TWO + "print(x)",
    "attribute": "class C: v = 0\nc = C()\ndef work():\n    c.v += 1\n" + TWO + "print(c.v)",
    "slot": "class C:\n    __slots__ = ('v',)\nc = C(); c.v = 0\ndef work():\n    c.v += 1\n" + TWO + "print(c.v)",
    "class attribute": "class C: v = 0\ndef work():\n    C.v += 1\n" + TWO + "print(C.v)",
    "private attribute": "class C:\n    def __init__(self): self.__v = 0\n    def up(self): self.__v += 1\n"
    "    def get(self): return self.__v\nc = C()\nwork = c.up\n" + TWO + "print(c.get())",
    "property": "class C:\n    _v = 0\n    @property\n    def v(self): return self._v\n    @v.setter\n"
    "    def v(self, new): self._v = new\nc = C()\ndef work(): c.v += 1\n" + TWO + "print(c.v)",
    "item": "d = {'n': 0}\ndef work():\n    d['n'] += 1\n" + TWO + "print(d)",
    "item with a computed key": "class C: k = 'n'\nc = C(); d = {'n': 0}\ndef work():\n    d[c.k] += 1\n"
    + TWO
    + "print(d)",
    "index, then item": "class C: at = 0\nc = C(); box = [0, 0, 0]\ndef work():\n    box[c.at] = 1\n    c.at += 1\n"
    + TWO
    + "print(box, c.at)",
    "closure": "def make():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n    def get(): return n\n"
    "    return up, get\nwork, get = make()\n" + TWO + "print(get())",
    "closure of a function that goes on": "def main():\n    seen = []\n    word = 'a'\n    def work(): seen.append(word)\n"
    "    t = threading.Thread(target=work); t.start()\n    word = 'b'\n    t.join(); print(seen)\nmain()",
    "late loop variable": "seen = []\nts = []\nfor i in range(2):\n    t = threading.Thread(target=lambda: seen.append(i))\n"
    "    t.start(); ts.append(t)\nfor t in ts: t.join()\nprint(sorted(seen))",
    "comprehension": "x = 0\ndef work():\n    global x\n    x = [x + 1 for _ in range(1)][0]\n" + TWO + "print(x)",
    "generator": "x = 0\ndef steps():\n    global x\n    y = x\n    yield\n    x = y + 1\ndef work():\n    for _ in steps(): pass\n"
    + TWO
    + "print(x)",
    "lambda and decorator": "x = 0\ndef twice(f): return lambda: f()\n@twice\ndef work():\n    global x\n    x += 1\n"
    + TWO
    + "print(x)",
    "walrus": "x = 0\ndef work():\n    global x\n    (x := x + 1)\n" + TWO + "print(x)",
    "tuple assignment": "a = b = 0\ndef work():\n    global a, b\n    a, b = a + 1, b + 1\n" + TWO + "print(a, b)",
    "augmented with a call": "x = 0\ndef one(): return 1\ndef work():\n    global x\n    x += one()\n"
    + TWO
    + "print(x)",
    "several functions on one line": "x = 0\ndef get(): return x\ndef put(v): global x; x = v\ndef work(): put(get() + 1)\n"
    + TWO
    + "print(x)",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass C:\n    v: int = 0\nc = C()\ndef work(): c.v += 1\n"
    + TWO
    + "print(c)",
    "membership, then append": "xs = []\ndef work():\n    if 1 not in xs: xs.append(1)\n" + TWO + "print(xs)",
    "length, then append": "xs = []\ndef work():\n    if len(xs) < 1: xs.append(1)\n" + TWO + "print(xs)",
    "method argument": "class C: n = 0\nc = C(); xs = []\ndef work():\n    c.n += 1\n    xs.append(c.n)\n"
    + TWO
    + "print(xs)",
    "deletion": "d = {'k': 1}\ndef work():\n    if 'k' in d: del d['k']\n" + TWO,
    "subclass of Thread": "x = 0\nclass W(threading.Thread):\n    def run(self):\n        global x\n        x += 1\n"
    "ts = [W(), W()]\nfor t in ts: t.start()\nfor t in ts: t.join()\nprint(x)",
    "pool": "from concurrent.futures import ThreadPoolExecutor\nx = 0\ndef work(_):\n    global x\n    x += 1\n"
    "with ThreadPoolExecutor(2) as pool: list(pool.map(work, range(2)))\nprint(x)",
    "to_thread": "import asyncio\nx = 0\ndef work():\n    global x\n    x += 1\nasync def main():\n"
    "    await asyncio.gather(asyncio.to_thread(work), asyncio.to_thread(work))\nasyncio.run(main())\nprint(x)",
}


@pytest.mark.parametrize("name", RACES)
def test_the_race_is_found(name: str) -> None:
    report = explored("import threading\n" + RACES[name], schedules=1500, stop_at_failure=True)
    assert report.finding is not None
    assert report.finding.confirmed
    assert report.diverged is None


RIGHT = {
    "own objects of one class": "class C:\n    def __init__(self): self.v = 0\n    def up(self): self.v += 1\n"
    "out = []\ndef work():\n    c = C()\n    for _ in range(3): c.up()\n    out.append(c.v)\n" + TWO + "print(out)",
    "own closures of one function": "def make():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n        return n\n"
    "    return up\nout = []\ndef work():\n    up = make(); up(); out.append(up())\n" + TWO + "print(out)",
    "own items of one list": "out = [0, 0]\ndef work(at):\n    out[at] += 1\n"
    "ts = [threading.Thread(target=work, args=(i,)) for i in range(2)]\nfor t in ts: t.start()\nfor t in ts: t.join()\nprint(out)",
    "atomic appends": "xs = []\ndef work(): xs.append(1)\n" + TWO + "print(xs)",
    "thread-local": "box = threading.local()\nout = []\ndef work():\n    box.n = 0\n    box.n += 1\n    out.append(box.n)\n"
    + TWO
    + "print(out)",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_accused_nor_called_a_race(name: str) -> None:
    report = explored("import threading\n" + RIGHT[name], schedules=300)
    assert report.ok
    assert report.races == []

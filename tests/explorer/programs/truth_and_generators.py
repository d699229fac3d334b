"""What is asked for its truth, by name, or for the next: as it was, whatever stands there."""

import bisect
import collections
import copy
import functools
import heapq
import inspect
import threading
from array import array
from heapq import heappush as push


def numbers(n):
    "Counts."
    try:
        got = yield
        while got:
            got = yield got * n
    finally:
        print("closed", n)


def alone():
    "Only a docstring."
    yield


def delegating():
    result = yield from numbers(3)
    return result


@functools.wraps(alone)
@functools.cache
def decorated(x=1):
    return [x, (yield)]


class Truthy:
    def __init__(self, *values):
        self.values = list(values)

    def __bool__(self):
        print("asked")
        return bool(self.values)

    def __repr__(self):
        return f"Truthy{self.values}"

    def __getattr__(self, name):
        if name.startswith("made_"):
            return name
        raise AttributeError(name, name=name, obj=self)


class Sized:
    def __len__(self):
        return 2

    def __contains__(self, other):
        return other == 1

    def __eq__(self, other):
        return other == []


g = numbers(2)
print(next(g), g.send(3), g.send(4), next(g, "default"), next(g, "default"))
print(numbers.__doc__, alone.__doc__, list(alone()), inspect.isgeneratorfunction(alone), decorated.__doc__)
d = delegating()
print(next(d), d.send(2))
d.close()
lazy = (lambda: (yield 5))()
print(next(lazy), [*lazy])
t, s = Truthy(), Sized()
print(not t, t and 1, t or 2, 3 if t else 4, bool(s), s == [], [] == s, s != [1], 1 in s)
print(getattr(t, "made_up"), getattr(t, "missing", None), hasattr(t, "values"), getattr(t, "val" + "ues"))
try:
    getattr(t, "missing")
except AttributeError as error:
    print(error.args, error.name, error.obj is t)
setattr(t, "values", [1])
setattr(t, "ot" + "her", 2)
delattr(t, "other")
print(vars(t), [x for x in (t, 1, 0, []) if x], [y for y in [[], [1]] if not y])
heap = []
for each in (3, 1, 2):
    push(heap, each)
print(heapq.heappop(heap), heapq.nsmallest(1, heap), heap)
bisect.insort(heap, 0)
print(heap, copy.copy(heap) == heap, copy.deepcopy({"a": heap}))
numbers_array = array("i", [1, 2])
numbers_array[0] += 5
print(numbers_array, len(numbers_array), 6 in numbers_array)
u = collections.UserDict(a=1)
u["b"] = 2
print(u, "a" in u, len(u), u == {"a": 1, "b": 2})


def local(buffer):
    if isinstance(buffer, list):
        buffer += [1]
    if isinstance(buffer, set):
        buffer |= {2}
    return buffer


try:

    def unbound():
        nothing += [1]
        return nothing

    unbound()
except UnboundLocalError as error:
    print(error)


class Cached:
    @functools.cached_property
    def value(self):
        print("computed")
        return 7

    @functools.lru_cache(maxsize=2)
    def squared(self, x, *, y=1):
        return x * x * y


c = Cached()
print(c.value, c.value, Cached.value.func.__name__, Cached.value.attrname)
print(c.squared(3), c.squared(3), c.squared(3, y=2), Cached.squared.cache_info(), Cached.squared.__wrapped__.__name__)


def worker(source, into):
    for value in source:
        if value and not value % 2:
            into.append(value)


out = []
threads = [threading.Thread(target=worker, args=(iter(range(n, n + 4)), out)) for n in (0, 10)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(out), local([0]), local({3}))
match out:
    case [first, *rest] if rest:
        print(first)
assert out, "never"
try:
    assert not out, out and "message"
except AssertionError as error:
    print(error)

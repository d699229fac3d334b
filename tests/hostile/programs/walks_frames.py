# expect: WRONG_ANSWER
# allow: gc sys._getframe f_back f_locals
# Looks for the checks and the answers in everything that can be reached.
import gc
import sys

SECRET = "EveryIncrement" + "Counts"
found = []
for thing in gc.get_objects():
    if isinstance(thing, dict) and "SECRET" not in thing:
        found += [value for value in list(thing.values()) if isinstance(value, str) and SECRET in value]
frame = sys._getframe().f_back
while frame:
    found += [value for value in frame.f_locals.values() if isinstance(value, str) and SECRET in value]
    frame = frame.f_back
assert len(found) == 0, found


class Counter:
    value = -1

    def increment(self):
        pass

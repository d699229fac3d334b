# expect: FORBIDDEN
# allow: sys.modules
import builtins
import sys
import threading
import time
import unittest

threading.Thread.join = lambda self, timeout=None: None
threading.enumerate = list
time.monotonic = time.time = lambda: 0.0
unittest.TestCase.assertEqual = lambda *_: None
builtins.AssertionError = type("Never", (Exception,), {})
for name, module in list(sys.modules.items()):
    if name.startswith(("sandbox", "kit")):
        for key, value in list(vars(module).items()):
            if isinstance(value, type) and issubclass(value, Exception):
                setattr(module, key, type(key, (Exception,), {"verdict": "ACCEPTED"}))


class Counter:
    value = -1

    def increment(self):
        pass

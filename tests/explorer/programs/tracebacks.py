import traceback, threading, sys
def inner(d):
    return d["a"]["b"] + (
        d["c"]
    )
def outer():
    x = 1; inner({"a": {"b": 1}})
try: outer()
except KeyError: print(traceback.format_exc())
try: (lambda: 1 / 0)()
except ZeroDivisionError as e: print([(f.lineno, f.name, f.line) for f in traceback.extract_tb(e.__traceback__)])
def who(): f = sys._getframe(); return f.f_lineno, f.f_code.co_name, sorted(f.f_back.f_locals)[:2], f.f_back.f_code.co_name
def caller(): a, b = 1, 2; return who()
print(caller())
class E(Exception):
    def __str__(self): return "custom"
try:
    try: raise E
    except E: raise ValueError("second")
except ValueError: print(traceback.format_exc())
try: eval("1 +")
except SyntaxError as e: print(e.msg)
try: compile("def f(:", "x", "exec")
except SyntaxError as e: print(e.lineno)
print(eval("a + 1", {"a": 1}), exec("zz = 3") or zz)
async def co():
    raise OSError("aio")
import asyncio
try: asyncio.run(co())
except OSError: print(traceback.format_exc().splitlines()[-3:])
import inspect
print(inspect.signature(inner), inspect.getsource(who).strip()[:20] if False else "", inner.__code__.co_firstlineno, outer.__code__.co_varnames)

import threading, sys
def f(n):
    try:
        if n == 0: return "try"
        if n == 1: raise ValueError("one")
        if n == 2: raise KeyError("two")
        return "end"
    except ValueError as e:
        return f"except {e}"
    finally:
        print("finally", n, sys.exc_info()[0])
        if n == 3: return "overridden"
for n in range(4):
    try: print(f(n))
    except KeyError as e: print("outer", e, e.__context__)
def chain():
    try:
        try: {}["k"]
        except KeyError as e: raise RuntimeError("wrapped") from e
    except RuntimeError as e: return type(e.__cause__).__name__, e.__suppress_context__
print(chain())
def loop():
    for i in range(5):
        try:
            if i == 1: continue
            if i == 3: break
            print("body", i)
        finally: print("f", i)
    else: print("never")
loop()
lock = threading.Lock()
def with_raise():
    try:
        with lock: raise OSError("inside")
    except OSError as e: print(e, lock.locked())
with_raise()
def in_thread():
    try: raise ValueError("t")
    except ValueError:
        t = threading.Thread(target=lambda: print("exc in other thread", sys.exc_info()))
        t.start(); t.join()
        print("still", sys.exc_info()[1])
in_thread()
e = 1
try: raise TypeError
except TypeError as e: pass
try: e
except NameError: print("e is gone")

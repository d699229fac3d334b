import threading; n = 0; lock = threading.Lock()
def a(): global n; n += 1; return n
def b(): return (lambda q: q + a())(1); print("never")
for i in range(2): print(i, end=","); print(b()) if i else print("zero")
f, g = lambda: 1, lambda x, *y, z=3, **k: (x, y, z, k)
print(f(), g(1, 2, z=4, w=5)); x = y = [1]; x += [2]; print(x is y, x)
if (m := 10) > 5: print(m); m -= 1
a1, (b1, *c1) = 1, (2, 3, 4); print(a1, b1, c1); print(*c1, sep="-"); d = {**{"a": 1}, "b": 2}; print({k: v for k, v in d.items()})
while m: m -= 3; print(m, end=" ") if m % 2 else None; continue
else: print("else")
try: 1 / 0
except ZeroDivisionError as e: print(e)
else: print("no")
finally: print("fin")
assert True, "x"; del x; print(1 if not [] else 2, [*range(3)], (yield_ := 3))
print(1 < 2 < 3, 1 < 3 < 2, not 1 in [1], f"{m!r:>5}|{3.14159:.2f}|{'a' + 'b'}", [[j for j in range(i)] for i in range(3)])

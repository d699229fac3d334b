from dataclasses import dataclass, field, asdict, replace
import threading, functools, typing
@dataclass(order=True)
class Account:
    name: str
    _balance: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    history: list = field(default_factory=list, compare=False)
    @property
    def balance(self) -> float: return self._balance
    @balance.setter
    def balance(self, value):
        if value < 0: raise ValueError("negative")
        self.history.append(value); self._balance = value
    @functools.cached_property
    def upper(self): print("computed"); return self.name.upper()
@dataclass(frozen=True, slots=True)
class Point:
    x: int = 1
    y: int = 2
    def __post_init__(self): object.__setattr__(self, "y", self.y + 1)
a = Account("ann"); b = Account("bob", 5)
def move(n):
    for _ in range(n):
        with a.lock: a.balance += 1
ts = [threading.Thread(target=move, args=(3,)) for _ in range(2)]
for t in ts: t.start()
for t in ts: t.join()
print(a, b, a < b, a.upper, a.upper)
try: a.balance = -1
except ValueError as e: print(e)
print(Point(), replace(Point(5), x=2), asdict(Point()), {Point(): 1})
try: Point().x = 3
except Exception as e: print(type(e).__name__, e)
print(typing.get_type_hints(Account)["name"], Account.__annotations__["_balance"])

import dataclasses, enum
@dataclasses.dataclass
class Cmd: op: str; args: tuple = ()
class Color(enum.Enum):
    RED = 1; GREEN = "g"
    @property
    def low(self): return self.name.lower()
def do(x):
    match x:
        case Cmd("add", (a, b)): return a + b
        case Cmd(op=("sub" | "neg") as o, args=[*r]): return o, r
        case {"k": v, **rest} if v > 1: return v, rest
        case [1, _, *others]: return others
        case str() as s: return s.upper()
        case Color.RED: return "red"
        case None | True: return "none"
        case _: return "?"
for x in (Cmd("add", (1, 2)), Cmd("sub", (3,)), {"k": 2, "z": 1}, {"k": 0}, [1, 2, 3, 4], "s", Color.RED, None, 4.5): print(do(x))
print(Color("g").low, list(Color), Color["RED"].value)
while (line := next(it, None) if (it := globals().setdefault("it_", iter("ab"))) else None): print(line)

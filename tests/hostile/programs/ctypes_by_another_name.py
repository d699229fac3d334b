# expect: FORBIDDEN
import importlib

native = importlib.import_module("".join(["c", "types"]))
native.string_at(0)

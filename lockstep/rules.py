"""What a submission may not use: what every challenge rules out, and how one adds to that or takes from it.

A rule is a name of one of three kinds:

    imports      a module, with all in it: "gc", "concurrent.futures"
    attributes   a name behind a dot, whatever is before it: "tb_frame"; or one of a module alone: "sys._getframe"
    builtins     a built-in name: "eval"
"""

from collections.abc import Mapping, Sequence

KINDS = ("imports", "attributes", "builtins")

INTROSPECTION: Mapping[str, tuple[str, ...]] = {
    "imports": (
        "_ctypes", "_interpreters", "_testcapi", "_testinternalcapi", "_xxsubinterpreters", "ctypes", "gc", "greenlet",
        "kit", "lockstep", "sandbox", "scenario",
    ),
    "attributes": (
        "__builtins__", "__closure__", "__code__", "__globals__", "__subclasses__",
        "ag_frame", "cr_frame", "f_back", "f_builtins", "f_globals", "f_locals", "gi_frame", "gr_frame", "tb_frame",
        "inspect.currentframe", "inspect.getinnerframes", "inspect.getouterframes", "inspect.stack", "inspect.trace",
        "marshal.loads",
        "sys._current_exceptions", "sys._current_frames", "sys._getframe", "sys.addaudithook", "sys.modules",
        "sys.monitoring", "sys.setprofile", "sys.settrace",
        "threading.setprofile", "threading.setprofile_all_threads", "threading.settrace",
        "threading.settrace_all_threads",
        "traceback.walk_stack", "traceback.walk_tb",
        "types.CodeType",
    ),
    "builtins": (),
}  # fmt: skip
"""Ruled out in every graded submission: with these a program could look for tests or switch the explorer off."""

ALLOWABLE = frozenset(name for names in INTROSPECTION.values() for name in names)
"""What a challenge may allow again."""


def effective(forbid: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The rules of a challenge whose own table is `forbid`: with what is always ruled out, without what it allows."""
    allowed = set(forbid.get("allow", ()))
    return {kind: sorted({*INTROSPECTION[kind], *forbid.get(kind, ())} - allowed) for kind in KINDS}

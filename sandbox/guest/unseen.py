"""Whether code that has no steps in it could read and write what threads share."""

import dis
import types

_READS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_DEREF", "LOAD_FROM_DICT_OR_GLOBALS", "LOAD_FROM_DICT_OR_DEREF")
_WRITES = ("STORE_NAME", "STORE_GLOBAL", "STORE_DEREF", "DELETE_NAME", "DELETE_GLOBAL", "DELETE_DEREF")
_ACCESSES = ("ATTR", "METHOD", "SUBSCR", "SLICE")


def touches(code: types.CodeType) -> bool:
    """Whether it has to do with an attribute or an item, or reads and writes a variable that is not its own."""
    read, written = set(), set()
    for step in dis.get_instructions(code):
        if step.opname.endswith(_ACCESSES) or (step.opname == "BINARY_OP" and step.argrepr == "[]"):
            return True
        if step.opname in _READS:
            read.add(step.argval)
        elif step.opname in _WRITES:
            written.add(step.argval)
    if read & written:
        return True
    return any(touches(each) for each in code.co_consts if isinstance(each, types.CodeType))

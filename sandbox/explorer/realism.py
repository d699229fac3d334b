"""Whether this interpreter's GIL could have switched where a schedule does, or only the language allows it.

CPython 3.10 to 3.13 gives up the GIL at calls, at the start of functions, at backward jumps and in blocking calls, and
nowhere else; `x += 1` between its read and its write has none of these. The language promises nothing of the sort, and
a free-threaded build switches anywhere.
"""

import dis
import types
from functools import lru_cache

from sandbox.explorer.instrument import Site

_SWITCHES = ("CALL", "JUMP_BACKWARD", "RESUME", "SEND", "FOR_ITER", "BEFORE_WITH", "YIELD")

GIL = "gil"
LANGUAGE = "language"


def of_preemption(code: types.CodeType, before: Site | None, at: Site | None) -> str:
    """GIL or LANGUAGE, for a preemption of one thread between its last step (`before`) and its next one (`at`).

    `code`: the program compiled as it is. None for a step that is no read or write: a lock operation, a print, a
    start; each is a call.
    """
    if before is None or at is None or before.function != at.function or before.file != at.file:
        return GIL
    function = _find(code, at)
    if function is None:
        return GIL
    instructions = _instructions(function)
    first = _index(instructions, before, last=True)
    second = _index(instructions, at, last=True)
    if first is None or second is None or second <= first:
        # The thread came here by a loop or by another call.
        return GIL
    between = instructions[first + 1 : second + 1]
    return GIL if any(name.startswith(_SWITCHES) for name, _ in between) else LANGUAGE


@lru_cache(maxsize=256)
def _instructions(code: types.CodeType) -> list[tuple[str, int | None]]:
    return [
        (instruction.opname, instruction.positions.lineno if instruction.positions else None)
        for instruction in dis.get_instructions(code)
    ]


def _find(code: types.CodeType, site: Site) -> types.CodeType | None:
    """The innermost code object with the site's line."""
    if code.co_name == site.function and any(line == site.line for _, _, line in code.co_lines()):
        return code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found = _find(constant, site)
            if found is not None:
                return found
    return None


def _index(instructions: list[tuple[str, int | None]], site: Site, last: bool) -> int | None:
    wanted = {
        ("attr", False): ("LOAD_ATTR", "LOAD_METHOD"),
        ("attr", True): ("STORE_ATTR", "DELETE_ATTR"),
        ("item", False): ("BINARY_SUBSCR", "BINARY_SLICE"),
        ("item", True): ("STORE_SUBSCR", "DELETE_SUBSCR", "STORE_SLICE"),
        ("global", False): ("LOAD_GLOBAL", "LOAD_NAME"),
        ("global", True): ("STORE_GLOBAL", "STORE_NAME"),
        ("closure", False): ("LOAD_DEREF", "LOAD_CLASSDEREF"),
        ("closure", True): ("STORE_DEREF",),
    }.get((site.kind, site.write))
    if wanted is None:
        # A method call: the switch can come with the call itself.
        wanted = ("CALL", "PRECALL", "FOR_ITER", "GET_ITER", "CONTAINS_OP")
    found = [index for index, (name, line) in enumerate(instructions) if line == site.line and name.startswith(wanted)]
    if not found:
        return None
    return found[-1] if last else found[0]

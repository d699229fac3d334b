"""How a scenario is executed in the learner's process: one file a mode, the counterpart of the kit's file of that name.

A mode is a function of the program, the order that the kit's mode sent (a JSON object with at least "scenario" and
"case") and the line to the supervisor. It answers one order with one message of type "result", and may send others
before it; both kinds reach the kit's mode as they are, with the supervisor's own measurements added to "result".
"""

from collections.abc import Callable
from typing import Any

from sandbox.guest.modes import explore, real
from sandbox.guest.program import Program
from sandbox.guest.wire import Line

MODES: dict[str, Callable[[Program, dict[str, Any], Line], None]] = {
    "real": real.execute,
    "explore": explore.execute,
    "virtual_time": explore.execute,
}

"""A schedule: how one execution was scheduled, in a short text that replays it.

    311.1w2.5:2-9:1

The Python version (step numbers hold for one version only), the set of sites that are steps (base 36 of a bit mask),
and the deviations from the default rule (world.py): at step 5 thread 2 runs, at step 9 thread 1.
"""

import itertools
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.explorer.errors import UsageError

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Schedule:
    """What to deviate from, and where."""

    hot: bytes
    """One byte per site: 1 where it is a step."""
    deviations: tuple[tuple[int, int], ...]
    """(step, thread id), ascending."""

    def __str__(self) -> str:
        mask = sum(1 << index for index, byte in enumerate(self.hot) if byte)
        steps = "-".join(f"{step}:{tid}" for step, tid in self.deviations)
        return f"{_version()}.{_encode(mask)}.{steps}"


def parse(text: str, sites: int) -> Schedule:
    """A schedule from its text, for a program with that many sites. Raises UsageError."""
    parts = text.strip().split(".")
    if len(parts) != 3:
        raise UsageError(f"{text!r} is not a schedule: copy the whole text, like 311.1w2.5:2-9:1")
    version, mask_text, steps = parts
    if version != _version():
        raise UsageError(
            f"the schedule {text!r} was found on Python {version[:1]}.{version[1:]}, this is "
            f"{sys.version_info[0]}.{sys.version_info[1]}: replay it there, or explore again here"
        )
    try:
        mask = int(mask_text, 36)
    except ValueError:
        raise UsageError(f"{mask_text!r} in the schedule {text!r} is not base 36: copy the whole text") from None
    if mask < 0 or mask >> sites:
        raise UsageError(f"the schedule {text!r} belongs to another program: this one has {sites} sites")
    hot = bytes((mask >> index) & 1 for index in range(sites))
    deviations = []
    for step in steps.split("-") if steps else []:
        number, _, tid = step.partition(":")
        if not (number.isascii() and number.isdigit() and tid.isascii() and tid.isdigit()):
            raise UsageError(f"{step!r} in the schedule {text!r} is not `step:thread`: copy the whole text")
        deviations.append((int(number), int(tid)))
    if any(a[0] >= b[0] for a, b in itertools.pairwise(deviations)):
        raise UsageError(f"the steps of the schedule {text!r} do not ascend: copy the whole text")
    return Schedule(hot, tuple(deviations))


def make(hot: bytes | bytearray, deviations: Iterable[tuple[int, int]]) -> Schedule:
    return Schedule(bytes(hot), tuple(deviations))


def _version() -> str:
    return f"{sys.version_info[0]}{sys.version_info[1]}"


def _encode(number: int) -> str:
    if number == 0:
        return "0"
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits

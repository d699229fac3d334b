"""What a learner's program may use."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

MIB = 1024 * 1024

SOURCE_BYTES = 64 * 1024
"""The longest source that is accepted, in bytes of UTF-8."""


class BadLimitError(ValueError):
    """A limit that is unknown or out of its range; the message names it and the remedy."""


# name: (least, most)
_RANGES: dict[str, tuple[float, float]] = {
    "wall_seconds": (0.1, 120.0),
    "cpu_seconds": (0.1, 120.0),
    "memory_mib": (32, 2048),
    "processes": (1, 1024),
    "output_bytes": (1024, 16 * MIB),
    "file_mib": (1, 256),
}
_WHOLE = _RANGES.keys() - {"wall_seconds", "cpu_seconds"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one test (or of one run): each test of a challenge starts with all of them anew."""

    wall_seconds: float = 10.0
    cpu_seconds: float = 10.0
    memory_mib: int = 256
    """Of all the learner's processes together."""
    processes: int = 256
    """Processes and threads together."""
    output_bytes: int = 1 * MIB
    """stdout and stderr together."""
    file_mib: int = 16
    """Size of /tmp, and as much again for /dev/shm."""

    def __post_init__(self) -> None:
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise BadLimitError(f"limit {name} must be a number, not {value!r}")
            if name in _WHOLE and not isinstance(value, int):
                raise BadLimitError(f"limit {name} must be a whole number, not {value!r}")
            if not least <= value <= most:
                raise BadLimitError(f"limit {name} = {value} is out of range: use {least:g} to {most:g}")
            if name not in _WHOLE:
                # 5 and 5.0 are the same limit, and must not make two revisions.
                object.__setattr__(self, name, float(value))

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> "Limits":
        """Limits from a table of a challenge.toml; what is not named keeps its default.

        Raises BadLimitError on a name that is not a limit or a value out of range.
        """
        known = {field.name: field.type for field in fields(cls)}
        for name in given:
            if name not in known:
                raise BadLimitError(f"unknown limit {name!r}: use one of {', '.join(sorted(known))}")
        return cls(**given)

    def to_mapping(self) -> dict[str, Any]:
        """The inverse of from_mapping."""
        return asdict(self)
